#include "runtime/program/program.h"

#include <algorithm>

namespace gocheck::program {

const FunctionId* Program::find_method(TypeId type, MethodId method) const {
  const std::vector<TypeMethod>& methods_of_type = types[type].methods;
  const auto found = std::ranges::lower_bound(methods_of_type, method, {}, &TypeMethod::method);
  if (found == methods_of_type.end() || found->method != method) return nullptr;
  return &found->function;
}

bool Program::implements(TypeId type, TypeId interface) const {
  // Both lists are sorted: one merge.
  auto method = types[type].methods.begin();
  const auto end = types[type].methods.end();
  for (MethodId wanted : types[interface].interface_methods) {
    while (method != end && method->method < wanted) ++method;
    if (method == end || method->method != wanted) return false;
  }
  return true;
}

}  // namespace gocheck::program
