#include "frontend/syntax/ast.h"

namespace gocheck::syntax {

std::string_view spelling(Op op) {
  switch (op) {
    case Op::none: return "";
    case Op::add: return "+";
    case Op::sub: return "-";
    case Op::mul: return "*";
    case Op::quo: return "/";
    case Op::rem: return "%";
    case Op::and_: return "&";
    case Op::or_: return "|";
    case Op::xor_: return "^";
    case Op::shl: return "<<";
    case Op::shr: return ">>";
    case Op::and_not: return "&^";
    case Op::land: return "&&";
    case Op::lor: return "||";
    case Op::not_: return "!";
    case Op::eql: return "==";
    case Op::neq: return "!=";
    case Op::lss: return "<";
    case Op::leq: return "<=";
    case Op::gtr: return ">";
    case Op::geq: return ">=";
    case Op::arrow: return "<-";
    case Op::tilde: return "~";
    case Op::addr: return "&";
    case Op::assign: return "=";
    case Op::define: return ":=";
  }
  return "";
}

}  // namespace gocheck::syntax
