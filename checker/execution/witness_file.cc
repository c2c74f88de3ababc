// The file format of witnesses: one JSON object. What is read may have been written by anybody: every value is
// checked before it is used.
#include <limits>
#include <type_traits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checker/execution/witness.h"

namespace gocheck::checker {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;  // changes whenever older readers would misunderstand

json to_json(const Schedule& schedule) {
  auto j = json::array();
  for (const Transition& t : schedule) j.push_back({t.goroutine, t.partner, t.option, t.partner_option});
  return j;
}

// Why a file is not understood; thrown within this file only.
struct Damage {
  std::string what;
};

// Reads the members of an object; complains by the member's name.
class Reader {
 public:
  explicit Reader(const json& object) : object_(object) {
    if (!object.is_object()) throw Damage{"it holds no JSON object"};
  }

  bool has(const char* name) const { return object_.contains(name); }

  template <typename T>
  void read(const char* name, T& value) const {
    const auto member = object_.find(name);
    if (member == object_.end()) throw Damage{fmt::format("\"{}\" is missing", name)};
    if (!assign(*member, value)) throw Damage{fmt::format("\"{}\" is damaged", name)};
  }

  template <typename T>
  void read(const char* name, T& value, T least, T most) const {
    read(name, value);
    if (value < least || value > most) throw Damage{fmt::format("\"{}\" is not between {} and {}", name, least, most)};
  }

  const json& operator[](const char* name) const { return object_[name]; }

 private:
  static bool assign(const json& j, bool& value) {
    if (j.is_boolean()) value = j.get<bool>();
    return j.is_boolean();
  }
  static bool assign(const json& j, std::string& value) {
    if (j.is_string()) value = j.get<std::string>();
    return j.is_string();
  }
  // Numbers that the type cannot hold are refused: the JSON library would cut them.
  template <typename T>
    requires std::is_integral_v<T>
  static bool assign(const json& j, T& value) {
    if (j.is_number_unsigned()) {
      const auto wide = j.get<uint64_t>();
      value = static_cast<T>(wide);
      return wide <= static_cast<uint64_t>(std::numeric_limits<T>::max());
    }
    if (!j.is_number_integer()) return false;
    const auto wide = j.get<int64_t>();
    value = static_cast<T>(wide);
    return std::is_signed_v<T> && wide >= static_cast<int64_t>(std::numeric_limits<T>::min());
  }
  template <typename T>
  static bool assign(const json& j, std::vector<T>& value) {
    if (!j.is_array()) return false;
    value.resize(j.size());
    for (size_t i = 0; i < j.size(); i++) {
      if (!assign(j[i], value[i])) return false;
    }
    return true;
  }
  template <typename T>
  static bool assign(const json& j, std::pair<T, T>& value) {
    return j.is_array() && j.size() == 2 && assign(j[0], value.first) && assign(j[1], value.second);
  }
  static bool assign(const json& j, Transition& t) {
    return j.is_array() && j.size() == 4 && assign(j[0], t.goroutine) && assign(j[1], t.partner) &&
           assign(j[2], t.option) && assign(j[3], t.partner_option);
  }

  const json& object_;
};

// Goroutine n has an older one for a parent. (The list begins with goroutine 2.)
void check_goroutines(const Names::Children& goroutines) {
  for (size_t i = 0; i < goroutines.size(); i++) {
    const auto [parent, number] = goroutines[i];
    if (parent < 1 || parent > i + 1 || number < 1) throw Damage{"\"goroutines\" is damaged"};
  }
}

Witness witness_of(const json& j) {
  const Reader file(j);
  if (!file.has("gocheck_witness")) throw Damage{"it is some other JSON text"};
  int format = 0;
  file.read("gocheck_witness", format);
  if (format != kFormat) {
    throw Damage{fmt::format("it was written by another version (format {}; this gocheck reads format {})", format, kFormat)};
  }
  Witness w;
  std::string time;
  file.read("finding", w.finding);
  file.read("message", w.message);
  file.read("files", w.files);
  file.read("go_version", w.go_version);
  file.read("program", w.program_hash);
  file.read("time", time);
  if (time != "free" && time != "ideal") throw Damage{"\"time\" is neither \"free\" nor \"ideal\""};
  w.model.free_time = time == "free";
  file.read("http_requests", w.model.http_requests, 0, 100);
  file.read("choices", w.model.choices, 1, 10000);
  file.read("arguments", w.model.arguments);
  file.read("at_end", w.at_end);
  file.read("promoted", w.promoted);
  file.read("goroutines", w.goroutines);
  check_goroutines(w.goroutines);
  file.read("schedule", w.schedule);
  if (file.has("loop")) {
    if (!file["loop"].is_object()) throw Damage{"\"loop\" is damaged"};
    const Reader loop(file["loop"]);
    w.loop.emplace();
    loop.read("steps", w.loop->steps);
    loop.read("actors", w.loop->actors);
    loop.read("communicates", w.loop->communicates);
  }
  return w;
}

}  // namespace

std::string save(const Witness& w) {
  json j;
  j["gocheck_witness"] = kFormat;
  j["finding"] = w.finding;
  j["message"] = w.message;
  j["files"] = w.files;
  j["go_version"] = w.go_version;
  j["program"] = w.program_hash;
  j["time"] = w.model.free_time ? "free" : "ideal";
  j["http_requests"] = w.model.http_requests;
  j["choices"] = w.model.choices;
  j["arguments"] = w.model.arguments;
  j["at_end"] = w.at_end;
  j["promoted"] = w.promoted;
  j["goroutines"] = w.goroutines;
  j["schedule"] = to_json(w.schedule);
  if (w.loop) {
    j["loop"] = {{"steps", to_json(w.loop->steps)}, {"actors", w.loop->actors}, {"communicates", w.loop->communicates}};
  }
  return j.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::optional<Witness> load(const std::string& text, std::string& error) {
  const json j = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (j.is_discarded()) {
    error = text.empty() ? "it is empty" : "it is no JSON text, or a part of one";
    return std::nullopt;
  }
  try {
    return witness_of(j);
  } catch (const Damage& damage) {
    error = damage.what;
    return std::nullopt;
  }
}

}  // namespace gocheck::checker
