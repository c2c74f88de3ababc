// Functions as a whole: parameters, captures, body, epilogue.
#include "frontend/lower/function.h"

#include <fmt/format.h>

#include <algorithm>

#include "frontend/syntax/parse.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

FunctionLowering::FunctionLowering(Module& module, const types::Package* package, std::string name)
    : m_(module),
      info_(module.info),
      types_(module.types),
      package_(package),
      library_(package && package->library) {
  function.name = std::move(name);
  function.library = library_;
}

program::Function FunctionLowering::declared(const types::Func* func) {
  const FuncDecl* decl = func->decl;
  function.position = decl->name->pos;
  position = decl->name->pos;
  has_defer_ = m_.variables.has_defer(decl);
  parameters(func->signature(), decl->receiver, decl->type);
  body(decl->body, decl);
  return complete();
}

program::Function FunctionLowering::literal(const FuncLit* literal) {
  function.position = literal->pos;
  position = literal->pos;
  nested_ = true;
  has_defer_ = m_.variables.has_defer(literal);
  const auto* signature = types::under_as<types::Signature>(type_of(literal));
  parameters(signature, nullptr, literal->type);
  auto it = info_.captures.find(literal);
  if (it != info_.captures.end()) captures(it->second);
  body(literal->body, literal);
  return complete();
}

// A captured variable keeps its storage for the whole function, so it is loaded once.
void FunctionLowering::captures(const std::vector<types::Var*>& vars) {
  uint32_t index = 0;
  for (const types::Var* var : vars) {
    const uint32_t count = m_.capture_slots(var);
    Storage storage{m_.in_memory(var), alloc(count)};
    for (uint32_t i = 0; i < count; ++i) emit(Opcode::load_capture, storage.slot + i, index++);
    storage_[var] = storage;
    name_local(var, storage);
  }
  function.captures = index;
}

program::Function FunctionLowering::initializer(const types::Package::Initializer& initializer,
                                                int* literals) {
  position = initializer.right->pos;
  function.position = position;
  in_initializer_ = true;
  literals_ = *literals;
  Temporaries temporaries(*this);
  if (initializer.left.size() == 1) {
    const types::Var* var = initializer.left[0];
    if (var->name == "_") {
      discard(initializer.right);
    } else {
      At at(*this, var->pos);
      initialize(variable_place(var, nullptr), initializer.right, true);
    }
  } else {
    const auto* tuple_type = static_cast<const types::Tuple*>(type_of(initializer.right));
    Slot part = tuple(initializer.right);
    for (size_t i = 0; i < initializer.left.size(); ++i) {
      const types::Var* var = initializer.left[i];
      const types::Type* from = tuple_type->vars[i]->type;
      if (var->name != "_") {
        At at(*this, var->pos);
        store(variable_place(var, nullptr), adapted(part, from, var->type));
      }
      part += slots(from);
    }
  }
  *literals = literals_;
  return complete();
}

void FunctionLowering::parameters(const types::Signature* signature, const Field* receiver,
                                  const FuncType* type) {
  for (const types::Var* var : signature->results->vars) {
    results_.push_back({nullptr, var->type, alloc(slots(var->type)), false});
  }
  function.results = top();
  std::vector<std::pair<const Ident*, const types::Var*>> params;
  if (receiver)
    params.emplace_back(receiver->names.empty() ? nullptr : receiver->names[0], signature->receiver);
  size_t index = 0;
  for (const Field& field : type->params.fields) {
    for (const Ident* name : field.names) params.emplace_back(name, signature->params->vars[index++]);
    if (field.names.empty()) params.emplace_back(nullptr, signature->params->vars[index++]);
  }
  std::vector<Slot> places;
  for (auto [name, var] : params) places.push_back(alloc(slots(var->type)));
  function.params = top() - function.results;
  if (has_defer_) zero(0, function.results);
  for (size_t i = 0; i < params.size(); ++i) parameter(params[i].first, params[i].second, places[i]);

  index = 0;
  for (const Field& field : type->results.fields) {
    for (const Ident* name : field.names) {
      Result& result = results_[index++];
      const types::Var* var = variable(info_, name);
      // A blank result is a variable, too, but nobody can name it.
      if (!var) var = signature->results->vars[index - 1];
      result.var = var;
      result.in_memory = m_.in_memory(var);
      if (result.in_memory) {
        declare(var);
      } else {
        if (!has_defer_) zero(result.slot, slots(result.type));
        storage_[var] = {false, result.slot};
        name_local(var, storage_[var]);
      }
    }
    if (field.names.empty()) ++index;
  }
}

void FunctionLowering::parameter(const Ident* name, const types::Var* fallback, Slot slot) {
  if (!name || name->name == "_") return;
  const types::Var* var = variable(info_, name);
  if (!var) var = fallback;
  At at(*this, name->pos);
  if (m_.in_memory(var)) {
    declare_from(var, slot, var->type);
  } else {
    storage_[var] = {false, slot};
    name_local(var, storage_[var]);
  }
}

void FunctionLowering::body(const BlockStmt* body, const void*) {
  block(body->stmts);
  position = body->rbrace;
}

void FunctionLowering::epilogue() {
  // A panic that is recovered continues here, so the results must come from their variables.
  bind(epilogue_);
  function.has_defer = true;
  function.recover_pc = pc();
  emit(Opcode::run_defers);
  for (const Result& result : results_) {
    if (result.in_memory) load(variable_place(result.var, nullptr), result.slot);
  }
  emit(Opcode::ret);
}

program::Function FunctionLowering::complete() {
  if (has_defer_) {
    epilogue();
  } else if (reachable() || function.code.empty()) {
    emit(Opcode::ret);
  }
  finish();
  if (overflow()) unsupported(function.position, "a function with more than 512 KB of local values");
  std::stable_sort(function.locals.begin(), function.locals.end(),
                   [](const auto& a, const auto& b) { return a.slot < b.slot; });
  return std::move(function);
}

void FunctionLowering::name_local(const types::Var* var, const Storage& storage) {
  if (library_ || var->name.empty() || var->name == "_" || slots(var->type) == 0) return;
  if (storage.in_memory) {
    // The slot holds the address of the variable.
    function.locals.push_back({static_cast<uint16_t>(storage.slot), "&" + std::string(var->name),
                               types_.id(basic(types::BasicKind::unsafe_pointer))});
  } else {
    function.locals.push_back(
        {static_cast<uint16_t>(storage.slot), std::string(var->name), types_.id(var->type)});
  }
}

void FunctionLowering::name_access(const Expr* expr) {
  if (!expr || library_) return;
  constexpr size_t kLongest = 60;
  std::string name = to_string(expr);
  if (name.size() > kLongest) name = name.substr(0, kLongest - 3) + "...";
  function.access_names.push_back({pc(), std::move(name)});
}

}  // namespace gocheck::lower
