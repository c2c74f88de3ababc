#include "runtime/program/program.h"

#include <algorithm>
#include <charconv>
#include <string_view>

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

bool Program::older_than(int minor) const {
  constexpr std::string_view kPrefix = "go1.";
  if (!go_version.starts_with(kPrefix)) return false;
  int number = 0;
  std::from_chars(go_version.data() + kPrefix.size(), go_version.data() + go_version.size(), number);
  return number < minor;
}

}  // namespace gocheck::program
