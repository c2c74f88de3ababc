#include "frontend/lower/lower.h"

#include "frontend/lower/module.h"

namespace gocheck::lower {

std::unique_ptr<program::Program> lower(const SourceFiles& files,
                                        const std::vector<const types::Package*>& packages,
                                        const types::Info& info, Diagnostics& diagnostics, std::string_view entry) {
  return Module(files, packages, info, diagnostics).lower(entry);
}

}  // namespace gocheck::lower
