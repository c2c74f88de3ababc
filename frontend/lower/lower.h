// Typed syntax tree in, bytecode out.
#pragma once

#include <memory>
#include <vector>

#include "frontend/syntax/diagnostic.h"
#include "frontend/types/info.h"
#include "runtime/program/program.h"

namespace gocheck::lower {

// Lowers checked packages (free of errors, imported ones before their importers, main last).
// Only functions reachable from main and the initialisers are compiled. Constructs that the
// machine does not have yet are reported to `diagnostics` as unsupported; then the result is nullptr.
std::unique_ptr<program::Program> lower(const SourceFiles& files, const std::vector<const types::Package*>& packages,
                                        const types::Info& info, Diagnostics& diagnostics);

}  // namespace gocheck::lower
