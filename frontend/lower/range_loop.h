// A range loop while it is lowered.
#pragma once

#include "frontend/lower/function.h"

namespace gocheck::lower {

struct FunctionLowering::RangeLoop {
  const syntax::RangeStmt* stmt;
  const syntax::LabeledStmt* label;
  const syntax::Expr* key;  // nullptr if absent or blank
  const syntax::Expr* value;
  const types::Type* operand_type;
  Label body, next, condition, end;
};

}  // namespace gocheck::lower
