#include "frontend/lower/module.h"

#include <fmt/format.h>

#include <algorithm>

#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

Module::Module(const SourceFiles& files, const std::vector<const types::Package*>& packages,
               const types::Info& info, Diagnostics& diagnostics)
    : info(info),
      diagnostics(diagnostics),
      owned_program(std::make_unique<program::Program>()),
      program(*owned_program),
      types(program),
      variables(info),
      packages_(packages),
      effects_(info.expressions.size()) {
  program.files = files;
  program.functions.reserve(1024);
}

// ---- Functions ----

FunctionId Module::reserve() {
  program.functions.emplace_back();
  return static_cast<FunctionId>(program.functions.size() - 1);
}

std::string Module::function_name(const types::Func* func) const {
  const std::string& path = func->package->path;
  if (func->receiver_base) {
    // Type arguments are left out, as Go's traces do.
    std::string base(func->receiver_base->object->name);
    if (func->receiver_base->origin) base += "[...]";
    return func->pointer_receiver() ? fmt::format("{}.(*{}).{}", path, base, func->name)
                                    : fmt::format("{}.{}.{}", path, base, func->name);
  }
  auto it = init_numbers_.find(func);
  if (it != init_numbers_.end()) return fmt::format("{}.init.{}", path, it->second);
  return fmt::format("{}.{}{}", path, func->name, func->origin ? "[...]" : "");
}

FunctionId Module::function(const types::Func* func) {
  auto [it, inserted] = functions_.emplace(func, 0);
  if (!inserted) return it->second;
  const FunctionId id = it->second = reserve();
  later([this, func, id] {
    FunctionLowering lowering(*this, func->package, function_name(func));
    if (func->native) return define(id, lowering.native_stub(func));
    variables.scan(func->decl, func->package->loop_var_per_iteration);
    define(id, lowering.declared(func));
  });
  return id;
}

FunctionId Module::runtime_function(std::string_view name) {
  const types::Package* runtime = find_package("runtime");
  const types::Object* object = runtime ? runtime->scope->find(name) : nullptr;
  bool known = object && object->kind == types::ObjectKind::func;
  return known ? function(static_cast<const types::Func*>(object)) : 0;
}

FunctionId Module::literal(const FuncLit* literal, LiteralContext context) {
  const FunctionId id = reserve();
  later([this, literal, context = std::move(context), id] {
    define(id, FunctionLowering(*this, context.package, context.name).literal(literal));
  });
  return id;
}

uint32_t Module::native(const types::Func* func) {
  auto [it, inserted] = natives_.emplace(func, program.natives.size());
  if (!inserted) return it->second;
  program::Native native;
  native.name = function_name(func);
  const types::Signature* signature = func->signature();
  if (signature->receiver) native.param_types.push_back(types.id(signature->receiver->type));
  for (const types::Var* var : signature->params->vars) native.param_types.push_back(types.id(var->type));
  for (const types::Var* var : signature->results->vars) native.result_types.push_back(types.id(var->type));
  for (TypeId id : native.param_types) native.params += program.types[id].slots;
  for (TypeId id : native.result_types) native.results += program.types[id].slots;
  program.natives.push_back(std::move(native));
  return it->second;
}

FunctionId Module::wrapper(const types::Type* type, const types::Selection& selection, int receiver,
                           const char* suffix) {
  const auto* method = static_cast<const types::Func*>(selection.object);
  const std::string key = fmt::format("{} {} {} {}", receiver, types.id(type),
                                      static_cast<const void*>(method), fmt::join(selection.path, "."));
  auto [it, inserted] = wrappers_.emplace(key, 0);
  if (!inserted) return it->second;
  const FunctionId id = it->second = reserve();
  std::string name = method->package && method->decl
                         ? function_name(method)
                         : fmt::format("{}.{}", types.of(type).name, method->name);
  later([this, type, selection, receiver, id, name = name + suffix, method] {
    FunctionLowering lowering(*this, method->package, name);
    define(id, lowering.method_wrapper(type, selection, static_cast<FunctionLowering::Receiver>(receiver)));
  });
  return id;
}

namespace {

bool is_pointer(const types::Type* type) { return types::under_as<types::Pointer>(type) != nullptr; }

// Is the method declared for exactly this receiver type?
bool is_own_method(const types::Type* type, const types::Selection& selection) {
  const auto* method = static_cast<const types::Func*>(selection.object);
  return selection.path.empty() && method->decl && method->pointer_receiver() == is_pointer(type);
}

}  // namespace

FunctionId Module::method_expression(const types::Type* type, const types::Selection& selection) {
  if (is_own_method(type, selection)) return function(static_cast<const types::Func*>(selection.object));
  return wrapper(type, selection, static_cast<int>(FunctionLowering::Receiver::parameter), "");
}

FunctionId Module::bound_method(const types::Type* type, const types::Selection& selection) {
  return wrapper(type, selection, static_cast<int>(FunctionLowering::Receiver::captured), "-fm");
}

FunctionId Module::method_entry(const types::Type* type, const types::Selection& selection) {
  if (is_own_method(type, selection) && types.of(type).direct) {
    return function(static_cast<const types::Func*>(selection.object));
  }
  return wrapper(type, selection, static_cast<int>(FunctionLowering::Receiver::data_word), "");
}

// ---- Data ----

uint64_t Module::global(const types::Var* var) {
  auto [it, inserted] = globals_.emplace(var, 0);
  if (!inserted) return it->second;
  const program::Type& type = types.of(var->type);
  const uint64_t offset = (program.globals_size + type.align - 1) / type.align * type.align;
  it->second = offset;
  program::Global global;
  global.name = fmt::format("{}.{}", var->package->path, var->name);
  global.offset = offset;
  global.type = types.id(var->type);
  global.position = var->pos;
  // Distinct variables have distinct addresses.
  program.globals_size = offset + std::max<uint64_t>(type.size, 1);
  program.globals.push_back(std::move(global));
  return offset;
}

uint64_t Module::string_data(std::string_view text) {
  auto it = strings_.find(text);
  if (it != strings_.end()) return it->second;
  string_keys_.emplace_back(text);
  const uint64_t offset = program.rodata.size();
  if (offset + text.size() > UINT32_MAX) {
    diagnostics.unsupported({}, "more than 4 GB of string constants");
    return 0;
  }
  program.rodata += text;
  const uint64_t result = offset << 32 | text.size();
  strings_.emplace(string_keys_.back(), result);
  return result;
}

bool Module::in_memory(const types::Var* var) {
  if (types.slots(var->type) > 64) return true;
  const VariableUse use = variables.use(var);
  return use.dynamic_index || (var->escapes && (use.address_taken || use.reassigned));
}

// ---- Effects ----

Effects Module::effects(const Expr* expr) {
  expr = unparen(expr);
  if (!expr) return Effects::none;
  uint8_t& known = effects_[expr->id];
  if (known == 0) {
    const Effects result = compute_effects(expr);
    effects_[expr->id] = static_cast<uint8_t>(result) + 1;
    return result;
  }
  return static_cast<Effects>(known - 1);
}

Effects Module::call_effects(const CallExpr* call) {
  const types::TypeAndValue& function = info.of(call->function);
  Effects result = Effects::none;
  for (const Expr* e : call->arguments) result = std::max(result, effects(e));
  if (function.mode == types::Mode::type) return result;
  if (function.mode != types::Mode::builtin) return Effects::calls;
  const Expr* name = unparen(call->function);
  if (name->kind == NodeKind::selector_expr) return result;  // package unsafe
  const types::Object* object = info.object_of(as<Ident>(name));
  switch (static_cast<const types::Builtin*>(object)->builtin) {
    case types::BuiltinId::len:
    case types::BuiltinId::cap:
    case types::BuiltinId::min:
    case types::BuiltinId::max:
    case types::BuiltinId::new_:
    case types::BuiltinId::make:
    case types::BuiltinId::complex:
    case types::BuiltinId::real:
    case types::BuiltinId::imag:
    case types::BuiltinId::append:
      return std::max(result, Effects::ordered);
    default:
      return Effects::calls;
  }
}

Effects Module::compute_effects(const Expr* e) {
  if (info.of(e).constant.known()) return Effects::none;
  switch (e->kind) {
    case NodeKind::composite_lit: {
      Effects result = Effects::none;
      for (const Expr* element : as<CompositeLit>(e)->elements) result = std::max(result, effects(element));
      return result;
    }
    case NodeKind::key_value_expr:
      return std::max(effects(as<KeyValueExpr>(e)->key), effects(as<KeyValueExpr>(e)->value));
    case NodeKind::selector_expr:
      return effects(as<SelectorExpr>(e)->operand);
    case NodeKind::index_expr: {
      if (without_type_arguments(info, e) != e) return Effects::none;
      const auto* index = as<IndexExpr>(e);
      const Effects parts = std::max(effects(index->operand), effects(index->indices[0]));
      const types::Type* type = info.type_of(index->operand);
      return type && types::under_as<types::Map>(type) ? std::max(parts, Effects::ordered) : parts;
    }
    case NodeKind::slice_expr: {
      const auto* slice = as<SliceExpr>(e);
      return std::max(
          {effects(slice->operand), effects(slice->low), effects(slice->high), effects(slice->max)});
    }
    case NodeKind::type_assert_expr:
      return std::max(effects(as<TypeAssertExpr>(e)->operand), Effects::ordered);
    case NodeKind::call_expr:
      return call_effects(as<CallExpr>(e));
    case NodeKind::star_expr:
      return effects(as<StarExpr>(e)->operand);
    case NodeKind::unary_expr:
      if (as<UnaryExpr>(e)->op == Op::arrow) return Effects::calls;
      return effects(as<UnaryExpr>(e)->operand);
    case NodeKind::binary_expr: {
      const auto* binary = as<BinaryExpr>(e);
      Effects result = effects(binary->right);
      if (binary->op == Op::land || binary->op == Op::lor) result = std::max(result, Effects::ordered);
      return std::max(result, effects(binary->left));
    }
    default:
      return Effects::none;
  }
}

// ---- Method tables ----

void Module::converted(const types::Type* type) { reach(type, true); }

void Module::reach(const types::Type* type, bool all_methods) {
  if (types::is_interface(type)) return;
  auto [it, inserted] = converted_index_.emplace(types.id(type), converted_.size());
  if (inserted) {
    converted_.push_back({type, all_methods});
  } else if (ConvertedType& known = converted_[it->second]; all_methods && !known.all_methods) {
    known.all_methods = true;
    known.expanded = false;
  }
}

namespace {

// Formatting calls these on values that it finds inside others.
bool is_formatting_method(std::string_view name) {
  return name == "Error" || name == "String" || name == "GoString" || name == "Format";
}

bool may_have_methods(const types::Type* type) {
  if (type->kind == types::TypeKind::named || type->kind == types::TypeKind::structure) return true;
  if (type->kind != types::TypeKind::pointer) return false;
  const types::Type* element = static_cast<const types::Pointer*>(type)->element;
  return element->kind == types::TypeKind::named || element->kind == types::TypeKind::structure;
}

template <class F>
void for_each_part(const types::Type* type, F visit) {
  const types::Type* u = types::underlying(type);
  switch (u->kind) {
    case types::TypeKind::pointer:
      return visit(static_cast<const types::Pointer*>(u)->element);
    case types::TypeKind::slice:
      return visit(static_cast<const types::Slice*>(u)->element);
    case types::TypeKind::array:
      return visit(static_cast<const types::Array*>(u)->element);
    case types::TypeKind::map:
      visit(static_cast<const types::Map*>(u)->key);
      return visit(static_cast<const types::Map*>(u)->value);
    case types::TypeKind::structure:
      for (const types::Var* field : static_cast<const types::Struct*>(u)->fields) visit(field->type);
      return;
    default:
      return;
  }
}

}  // namespace

// Only methods that an interface type of the program has can be called dynamically; the others
// need not be compiled.
bool Module::add_methods(size_t index) {
  const types::Type* type = converted_[index].type;
  if (!converted_[index].expanded) {
    converted_[index].expanded = true;
    converted_[index].interfaces_seen = 0;
    std::vector<types::Selection> methods;
    if (may_have_methods(type)) methods = types::method_set(type);
    if (!converted_[index].all_methods) {
      std::erase_if(methods, [](const types::Selection& m) { return !is_formatting_method(m.object->name); });
    }
    converted_[index].pending = std::move(methods);
    for_each_part(type, [&](const types::Type* part) { reach(part, false); });
  }
  const size_t interfaces = types.interface_count();
  if (converted_[index].interfaces_seen == interfaces) return false;
  converted_[index].interfaces_seen = interfaces;
  bool added = false;
  const TypeId id = types.id(type);
  std::vector<types::Selection> pending = std::move(converted_[index].pending);
  std::erase_if(pending, [&](const types::Selection& selection) {
    const program::MethodId method = types.method(static_cast<const types::Func*>(selection.object));
    const auto& table = program.types[id].methods;
    if (std::any_of(table.begin(), table.end(), [&](const auto& m) { return m.method == method; }))
      return true;
    if (!types.in_interface(method)) return false;
    const FunctionId entry = method_entry(type, selection);
    program.types[id].methods.push_back({method, entry});
    added = true;
    return true;
  });
  converted_[index].pending = std::move(pending);
  return added;
}

bool Module::add_methods() {
  bool added = false;
  for (size_t i = 0; i < converted_.size(); ++i) added = add_methods(i) || added;
  return added;
}

// ---- The whole program ----

const types::Package* Module::find_package(std::string_view path) const {
  for (const types::Package* package : packages_) {
    if (package->path == path) return package;
  }
  return nullptr;
}

void Module::run_worklist() {
  while (!work_.empty()) {
    auto work = std::move(work_.front());
    work_.pop_front();
    work();
  }
}

// The library's variables are initialised only if something mentions them: their initialisers
// have no effects but their values.
bool Module::lower_initializers() {
  bool added = false;
  for (const types::Package* package : packages_) {
    auto& done = initializers_[package];
    done.resize(package->initializers.size());
    for (size_t i = 0; i < done.size(); ++i) {
      if (done[i] != 0) continue;
      const auto& initializer = package->initializers[i];
      bool wanted = !package->library;
      bool blank = true;
      for (const types::Var* var : initializer.left) {
        wanted = wanted || globals_.contains(var);
        blank = blank && var->name == "_";
      }
      if (!wanted && !(blank && effects(initializer.right) == Effects::calls)) continue;
      lower_initializer(*package, i);
      added = true;
    }
  }
  return added;
}

void Module::lower_initializer(const types::Package& package, size_t index) {
  const auto& initializer = package.initializers[index];
  const FunctionId id = reserve();
  initializers_[&package][index] = id;
  variables.scan(initializer.right, package.loop_var_per_iteration);
  FunctionLowering lowering(*this, &package, package.path + ".init");
  define(id, lowering.initializer(initializer, &initializer_literals_[&package]));
}

// Initialises the packages in the order of their dependencies, then calls main.
void Module::lower_entry() {
  Emitter code;
  code.function.name = "runtime.main";
  code.function.wrapper = true;
  code.function.library = true;
  code.position = code.function.position = program.functions[program.main].position;
  for (const types::Package* package : packages_) {
    for (FunctionId id : initializers_[package]) {
      if (id != 0) code.emit_x(Opcode::call, 0, 0, 0, id);
    }
    for (const types::Func* func : package->functions) {
      if (init_numbers_.contains(func)) code.emit_x(Opcode::call, 0, 0, 0, functions_.at(func));
    }
  }
  code.emit_x(Opcode::call, 0, 0, 0, program.main);
  code.emit(Opcode::ret);
  code.finish();
  program.entry = reserve();
  define(program.entry, std::move(code.function));
}

void Module::runtime_hooks() {
  using types::BasicKind;
  program.type_bool = types.id(types::basic(BasicKind::bool_));
  program.type_int = types.id(types::basic(BasicKind::int_));
  program.type_string = types.id(types::basic(BasicKind::string));
  program.type_uint8 = types.id(types::basic(BasicKind::uint8));
  program.type_float64 = types.id(types::basic(BasicKind::float64));
  program.type_error = types.id(types::error_type());
  byte_slice_ = std::make_unique<types::Slice>(types::basic(BasicKind::uint8));
  program.type_bytes = types.id(byte_slice_.get());
  const types::Package* runtime = find_package("runtime");
  if (!runtime) return;
  auto type_named = [&](std::string_view name) -> TypeId {
    const types::Object* object = runtime->scope->find(name);
    if (!object || object->kind != types::ObjectKind::type_name) return 0;
    converted(object->type);
    return types.id(object->type);
  };
  auto pointer_to = [&](std::string_view name) -> TypeId {
    const types::Object* object = runtime->scope->find(name);
    if (!object || object->kind != types::ObjectKind::type_name) return 0;
    hook_pointers_.push_back(std::make_unique<types::Pointer>(object->type));
    converted(hook_pointers_.back().get());
    return types.id(hook_pointers_.back().get());
  };
  program.runtime_error = type_named("errorString");
  program.bounds_error = type_named("boundsError");
  program.plain_error = type_named("plainError");
  program.type_assertion_error = pointer_to("TypeAssertionError");
  program.panic_nil_error = pointer_to("PanicNilError");
  program.panic_text = runtime_function("panicText");
}

std::unique_ptr<program::Program> Module::lower(std::string_view entry) {
  const size_t problems = diagnostics.count();
  program.functions.emplace_back();  // id 0 is "none"
  program.functions[0].name = "runtime.none";
  program.functions[0].wrapper = program.functions[0].library = true;
  program.functions[0].frame = 1;
  program.functions[0].code.push_back({static_cast<uint16_t>(Opcode::ret), 0, 0, 0});
  program.functions[0].positions.emplace_back();

  const types::Package* main_package = packages_.back();
  program.go_version = main_package->go_version;
  for (const types::Package* package : packages_) {
    int number = 0;
    for (const types::Func* func : package->functions) {
      if (func->name == "init" && !func->receiver_base) init_numbers_[func] = number++;
    }
  }
  runtime_hooks();
  const types::Object* main = main_package->scope->find(entry);
  GOCHECK_INVARIANT(main && main->kind == types::ObjectKind::func);
  program.main = function(static_cast<const types::Func*>(main));
  for (const types::Package* package : packages_) {
    for (const types::Func* func : package->functions) {
      if (init_numbers_.contains(func)) function(func);
    }
  }
  for (;;) {
    run_worklist();
    const bool more_initializers = lower_initializers();
    const bool more_methods = add_methods();
    if (!more_initializers && !more_methods && work_.empty()) break;
  }
  lower_entry();
  for (program::Type& type : program.types) {
    std::sort(type.methods.begin(), type.methods.end(),
              [](const auto& a, const auto& b) { return a.method < b.method; });
  }
  if (diagnostics.count() != problems) return nullptr;
  return std::move(owned_program);
}

}  // namespace gocheck::lower
