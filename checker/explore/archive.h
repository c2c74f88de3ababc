// Values to bytes and back, for checkpoints. A type that can be saved has a member
//
//     template <class Archive> void archive(Archive& a) { a(x, y, z); }
//
// which serves both ways. Numbers are saved as they are on this machine: a checkpoint is read where it was written.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace gocheck::checker {

class Saver {
 public:
  static constexpr bool kLoads = false;
  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  std::string take() && { return std::move(bytes_); }

 private:
  void put_bytes(const void* data, size_t size) { bytes_.append(static_cast<const char*>(data), size); }
  template <class T>
  void put(const T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      put_bytes(&value, sizeof(T));
    } else {
      const_cast<T&>(value).archive(*this);
    }
  }
  template <class A, class B>
  void put(const std::pair<A, B>& pair) {
    (*this)(pair.first, pair.second);
  }
  template <class... T>
  void put(const std::tuple<T...>& values) {
    std::apply(*this, values);
  }
  template <class K, class V>
  void put(const std::map<K, V>& values) {
    put(values.size());
    for (const auto& [key, value] : values) (*this)(key, value);
  }
  void put(const std::string& text) {
    put(text.size());
    put_bytes(text.data(), text.size());
  }
  template <class T>
  void put(const std::vector<T>& values) {
    put(values.size());
    for (const T& value : values) put(value);
  }
  template <class T>
  void put(const std::set<T>& values) {
    put(values.size());
    for (const T& value : values) put(value);
  }

  std::string bytes_;
};

// Reading past the end, or what cannot be, leaves values empty and makes ok() false.
class Loader {
 public:
  static constexpr bool kLoads = true;
  explicit Loader(std::string_view bytes) : rest_(bytes) {}

  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  void fail() {
    ok_ = false;
    rest_ = {};
  }

 private:
  void get_bytes(void* data, size_t size) {
    if (size > rest_.size()) return fail();
    if (size == 0) return;  // there may be nothing to point to
    std::memcpy(data, rest_.data(), size);
    rest_.remove_prefix(size);
  }
  // Of how many elements the next container consists. Each takes at least a byte.
  size_t get_size() {
    size_t size = 0;
    get(size);
    if (size <= rest_.size()) return size;
    fail();
    return 0;
  }
  template <class T>
  void get(T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      uint8_t byte = 0;
      get_bytes(&byte, 1);
      value = byte != 0;
    } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      value = {};
      get_bytes(&value, sizeof(T));
    } else {
      value.archive(*this);
    }
  }
  template <class A, class B>
  void get(std::pair<A, B>& pair) {
    (*this)(pair.first, pair.second);
  }
  template <class... T>
  void get(std::tuple<T...>& values) {
    std::apply(*this, values);
  }
  template <class K, class V>
  void get(std::map<K, V>& values) {
    values.clear();
    for (size_t left = get_size(); left > 0 && ok_; --left) {
      K key{};
      V value{};
      (*this)(key, value);
      values.insert_or_assign(std::move(key), std::move(value));
    }
  }
  void get(std::string& text) {
    text.resize(get_size());
    get_bytes(text.data(), text.size());
  }
  template <class T>
  void get(std::vector<T>& values) {
    values.resize(get_size());
    for (T& value : values) get(value);
  }
  template <class T>
  void get(std::set<T>& values) {
    values.clear();
    for (size_t left = get_size(); left > 0 && ok_; --left) {
      T value{};
      get(value);
      values.insert(std::move(value));
    }
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace gocheck::checker
