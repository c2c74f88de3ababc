// Natives of runtime, errors, sort, sync/atomic and internal/model.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "runtime/machine/trace.h"
#include "runtime/native/support.h"

namespace gocheck::native {
namespace {

// ---- runtime ----

bool mark_system(Call& call) {
  call.goroutine.system = true;
  return true;
}

std::string_view file_of(const Call& call, Position position) {
  const SourceFiles& files = call.executor.program.files;
  return position.file < files.size() ? std::string_view(files[position.file].name) : std::string_view();
}

// A program counter is the number of a function, from 1, and a line.
bool caller(Call& call) {
  const auto trace = machine::stack_trace(call.goroutine, call.site);
  std::memset(call.results, 0, 6 * sizeof(Slot));
  if (integer(call, 0) < 0 || call.args[0] >= trace.size()) return true;
  const machine::TraceLine& line = trace[call.args[0]];
  const auto number = static_cast<uint64_t>(line.function - call.executor.program.functions.data()) + 1;
  call.return_string(0, line.function->name);
  call.return_string(2, file_of(call, line.position));
  call.results[4] = line.position.line;
  call.results[5] = number << 32 | line.position.line;
  return true;
}

bool describe_counter(Call& call) {
  std::memset(call.results, 0, 5 * sizeof(Slot));
  const uint64_t number = call.args[0] >> 32;
  const auto& functions = call.executor.program.functions;
  if (number == 0 || number > functions.size()) return true;
  const program::Function& function = functions[number - 1];
  call.return_string(0, function.name);
  call.return_string(2, file_of(call, function.position));
  call.results[4] = call.args[0] & 0xFFFFFFFF;
  return true;
}

bool stack_text(Call& call) {
  std::string text = fmt::format("goroutine {} [running]:\n", call.goroutine.id);
  const auto trace = machine::stack_trace(call.goroutine, call.site);
  for (size_t i = 1; i < trace.size(); ++i) {  // without runtime.Stack itself
    text += fmt::format("{}(...)\n\t{}:{}\n", trace[i].function->name, file_of(call, trace[i].position),
                        trace[i].position.line);
  }
  call.return_string(0, text);
  return true;
}

// ---- errors ----

bool is_comparable(Call& call) {
  call.results[0] = call.args[0] == 0 || Values(call).type(static_cast<TypeId>(call.args[0])).comparable;
  return true;
}

bool check_target(Call& call) {
  const Values values(call);
  const Value target = values.dynamic(call.args);
  const Type& type = values.type(target);
  if (type.kind != Kind::pointer || target.pointer() == 0) {
    call.results[0] = 1;
    return true;
  }
  const auto& program = values.program();
  const bool fits = values.type(type.element).kind == Kind::interface ||
                    program.implements(type.element, program.type_error);
  call.results[0] = fits ? 0 : 2;
  return true;
}

// errors.assign(err, target)
bool assign_error(Call& call) {
  const Values values(call);
  const auto error_type = static_cast<TypeId>(call.args[0]);
  const Value target = values.dynamic(call.args + 2);
  const TypeId wanted = values.type(target).element;
  const Type& type = values.type(wanted);
  const bool is_interface = type.kind == Kind::interface;
  call.results[0] = error_type != 0 &&
                    (is_interface ? values.program().implements(error_type, wanted) : error_type == wanted);
  if (call.results[0] == 0) return true;
  const Address address = target.pointer();
  if (type.size != 0) call.executor.writing(call.goroutine, address, type.size, call.site);
  char* to = call.executor.host(address);
  if (is_interface) std::memcpy(to, call.args, 2 * sizeof(Slot));
  else std::memcpy(to, values.dynamic(call.args).data, type.size);
  return true;
}

// ---- sort ----

struct Elements {
  Address address;
  uint64_t count;
};

// The elements of the slice in the interface at the first argument; raises a panic for other values.
bool slice_of(Call& call, Elements& elements, uint64_t& size) {
  const Values values(call);
  const Value slice = values.dynamic(call.args);
  if (!slice.valid() || values.type(slice).kind != Kind::slice) {
    machine::raise_text(call.executor, call.goroutine, "reflect: call of Swapper on a value that is not a slice");
    return false;
  }
  elements = slice.as<Elements>();
  size = values.type(values.type(slice).element).size;
  return true;
}

bool slice_length(Call& call) {
  Elements elements;
  uint64_t size;
  if (!slice_of(call, elements, size)) return false;
  call.results[0] = elements.count;
  return true;
}

bool swap_elements(Call& call) {
  Elements elements;
  uint64_t size;
  if (!slice_of(call, elements, size)) return false;
  const uint64_t i = call.args[2], j = call.args[3];
  if (i >= elements.count || j >= elements.count) {
    machine::raise_text(call.executor, call.goroutine, "reflect: slice index out of range");
    return false;
  }
  if (size == 0 || i == j) return true;
  for (const uint64_t k : {i, j}) {
    const Address address = elements.address + k * size;
    call.executor.reading(call.goroutine, address, size, call.site);
    call.executor.writing(call.goroutine, address, size, call.site);
  }
  char* data = call.executor.host(elements.address);
  std::swap_ranges(data + i * size, data + (i + 1) * size, data + j * size);
  return true;
}

// Sorts the slice of T at the first argument; one that is sorted already is only read.
template <class T, class Less>
bool sort_slice(Call& call, Less less) {
  const Elements elements{call.args[0], call.args[1]};
  if (elements.count < 2) return true;
  const uint64_t size = elements.count * sizeof(T);
  call.executor.reading(call.goroutine, elements.address, size, call.site);
  T* data = reinterpret_cast<T*>(call.executor.host(elements.address));
  if (std::is_sorted(data, data + elements.count, less)) return true;
  call.executor.writing(call.goroutine, elements.address, size, call.site);
  std::sort(data, data + elements.count, less);
  return true;
}

bool sort_ints(Call& call) { return sort_slice<int64_t>(call, std::less<>()); }
bool sort_floats(Call& call) {
  return sort_slice<double>(call,
                            [](double a, double b) { return a < b || (std::isnan(a) && !std::isnan(b)); });
}
bool sort_strings(Call& call) {
  const machine::Executor& e = call.executor;
  return sort_slice<StringHeader>(call, [&e](const StringHeader& a, const StringHeader& b) {
    return std::string_view(e.host(a.address), a.length) < std::string_view(e.host(b.address), b.length);
  });
}

constexpr std::array kEntries = {
    NativeEntry{"runtime.markSystem", mark_system},
    NativeEntry{"internal/model.SetSystem", [](Call& c) {
      c.goroutine.system = c.args[0] != 0;
      return true;
    }},
    NativeEntry{"internal/model.Controlled", [](Call& c) {
      c.results[0] = c.executor.controlled();
      return true;
    }},
    NativeEntry{"internal/model.Option", [](Call& c) {
      c.results[0] = static_cast<Slot>(c.executor.option(c.string(0)));
      return true;
    }},
    NativeEntry{"runtime.processors", [](Call& c) {
      c.results[0] = static_cast<Slot>(c.executor.processors());
      return true;
    }},
    NativeEntry{"runtime.NumCPU", [](Call& c) {
      c.results[0] = static_cast<Slot>(c.executor.processors());
      return true;
    }},
    NativeEntry{"runtime.caller", caller},
    NativeEntry{"runtime.describe", describe_counter},
    NativeEntry{"runtime.stack", stack_text},
    NativeEntry{"errors.comparable", is_comparable},
    NativeEntry{"context.comparable", is_comparable},
    NativeEntry{"context.typeName", [](Call& c) {
      c.return_string(0, Values(c).type(static_cast<TypeId>(c.args[0])).name);
      return true;
    }},
    NativeEntry{"errors.check", check_target},
    NativeEntry{"errors.assign", assign_error},
    NativeEntry{"sort.sliceLen", slice_length},
    NativeEntry{"sort.swapElements", swap_elements},
    NativeEntry{"sort.Ints", sort_ints},
    NativeEntry{"sort.Float64s", sort_floats},
    NativeEntry{"sort.Strings", sort_strings},
    NativeEntry{"sync/atomic.sameType", [](Call& c) {
      c.results[0] = c.args[0] == c.args[2];
      return true;
    }},
};

}  // namespace

std::span<const NativeEntry> world_natives() { return kEntries; }

}  // namespace gocheck::native
