#include "runtime/machine/native.h"

namespace gocheck::machine {

void Call::return_string(int result, std::string_view text) {
  const Address address = text.empty() ? 0 : executor.allocate(goroutine, text.size(), false);
  if (!text.empty()) std::memcpy(executor.host(address), text.data(), text.size());
  results[result] = address;
  results[result + 1] = text.size();
}

}  // namespace gocheck::machine
