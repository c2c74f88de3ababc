// Runtime types of the program: one TypeId per type identity of the Go specification.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/types/info.h"
#include "runtime/program/program.h"

namespace gocheck::lower {

class TypeTable {
 public:
  explicit TypeTable(program::Program& program);

  // Untyped types count as their default type. Tuples have no runtime type.
  program::TypeId id(const types::Type* type);
  program::MethodId method(const types::Func* method);
  // Name and signature without a Func at hand.
  program::MethodId method(const std::string& name, program::TypeId signature);

  // Valid until the next call of id().
  const program::Type& of(const types::Type* type) { return program_.types[id(type)]; }
  program::Kind kind(const types::Type* type) { return of(type).kind; }
  bool scalar(const types::Type* type) { return program::is_scalar(kind(type)); }
  // Slots of a value; of a tuple: of all its values.
  uint32_t slots(const types::Type* type);
  uint64_t size(const types::Type* type) { return of(type).size; }
  uint64_t field_offset(const types::Type* structure, int field) {
    return of(structure).fields[field].offset;
  }

  // The checked type that a TypeId stands for.
  const types::Type* checked(program::TypeId id) const { return checked_[id]; }
  // Is the method part of an interface type of the program? Others cannot be called dynamically.
  bool in_interface(program::MethodId method) const { return in_interface_[method]; }
  // Grows whenever in_interface() may have changed.
  size_t interface_count() const { return interface_count_; }

 private:
  program::TypeId add(const std::string& key, const types::Type* type);
  program::TypeId composite(const types::Type* type);
  program::TypeId named(const types::Named* type);
  std::string structure_key(const types::Struct* type);
  void fill(program::TypeId id, const types::Type* type);
  void fill_structure(program::Type& result, const types::Struct* type);
  void fill_interface(program::Type& result, const types::Interface* type);

  program::Program& program_;
  std::unordered_map<const types::Type*, program::TypeId> by_pointer_;
  std::unordered_map<std::string, program::TypeId> by_key_;
  std::unordered_map<std::string, program::MethodId> methods_;
  std::vector<const types::Type*> checked_;
  std::vector<bool> in_interface_;
  size_t interface_count_ = 0;
};

}  // namespace gocheck::lower
