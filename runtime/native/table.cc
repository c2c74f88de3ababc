// The table of all natives.
#include <algorithm>
#include <vector>

#include "runtime/native/support.h"

namespace gocheck::machine {

std::span<const NativeEntry> native_table() {
  static const std::vector<NativeEntry> table = [] {
    std::vector<NativeEntry> entries;
    for (const auto part : {native::format_natives(), native::text_natives(), native::unicode_natives(),
                            native::math_natives(), native::world_natives(), native::os_natives(),
                            native::time_natives(), native::socket_natives()}) {
      entries.insert(entries.end(), part.begin(), part.end());
    }
    std::ranges::sort(entries, {}, &NativeEntry::name);
    return entries;
  }();
  return table;
}

}  // namespace gocheck::machine
