// Typed syntax tree in, bytecode out.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "frontend/syntax/diagnostic.h"
#include "frontend/types/info.h"
#include "runtime/program/program.h"

namespace gocheck::lower {

// Lowers checked packages (free of errors, imported ones before their importers, main last).
// The program begins with the last package's function `entry`. Only functions reachable from it and the initialisers are compiled. Constructs that the
// machine does not have yet are reported to `diagnostics` as unsupported; then the result is nullptr.
std::unique_ptr<program::Program> lower(const SourceFiles& files, const std::vector<const types::Package*>& packages,
                                        const types::Info& info, Diagnostics& diagnostics,
                                        std::string_view entry = "main");

}  // namespace gocheck::lower
