// Type inference (Go spec, "Type inference", "Type unification"): type arguments from the types of the
// arguments of a call, from constraints with a core type, and from the type that a function is assigned to.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/types/checker.h"

namespace gocheck::types {

namespace {

// Finds types for parameters that make pairs of types equal.
class Unifier {
 public:
  Unifier(const std::vector<TypeParam*>& params, std::vector<const Type*> known)
      : params_(params), inferred_(std::move(known)) {
    inferred_.resize(params.size());
  }

  std::vector<const Type*>& inferred() { return inferred_; }
  const Type* operator[](size_t i) const { return inferred_[i]; }
  // Of a parameter without type so far, and of those that are the same.
  void set(int i, const Type* type) { unify_param(i, type, true); }

  // -1 if `type` is no parameter.
  int index(const Type* type) const {
    if (!type || type->kind != TypeKind::type_param) return -1;
    auto found = std::find(params_.begin(), params_.end(), type);
    return found == params_.end() ? -1 : static_cast<int>(found - params_.begin());
  }

  bool mentions(const Type* type) const {
    std::vector<const TypeParam*> mentioned;
    append_type_params(type, &mentioned);
    return std::any_of(mentioned.begin(), mentioned.end(),
                       [&](const Type* param) { return index(param) >= 0; });
  }

  // Makes x and y equal; with `loose` only up to assignability: a defined type may stand for its underlying
  // one and a bidirectional channel for a directional one.
  bool unify(const Type* x, const Type* y, bool loose) {
    if (x == y || !x || !y) return x == y;
    if (index(x) < 0 && index(y) >= 0) std::swap(x, y);
    if (int i = index(x); i >= 0) return unify_param(i, y, loose);
    if (loose && (x->kind == TypeKind::named) != (y->kind == TypeKind::named)) {
      const Type* defined = x->kind == TypeKind::named ? x : y;
      const Type* other = x->kind == TypeKind::named ? y : x;
      if (other->kind != TypeKind::basic && other->kind != TypeKind::type_param) {
        return unify(underlying(defined), other, loose);
      }
    }
    // A type parameter of the function around the call may be used as its core type.
    if (loose && (x->kind == TypeKind::type_param) != (y->kind == TypeKind::type_param)) {
      const Type* core = core_term(x->kind == TypeKind::type_param ? x : y).type;
      return core && unify(core, x->kind == TypeKind::type_param ? y : x, loose);
    }
    if (x->kind != y->kind) return false;
    switch (x->kind) {
      case TypeKind::basic:
        return identical(x, y);
      case TypeKind::pointer:
        return parts(static_cast<const Pointer*>(x), static_cast<const Pointer*>(y));
      case TypeKind::slice:
        return parts(static_cast<const Slice*>(x), static_cast<const Slice*>(y));
      case TypeKind::array:
        return static_cast<const Array*>(x)->length == static_cast<const Array*>(y)->length &&
               parts(static_cast<const Array*>(x), static_cast<const Array*>(y));
      case TypeKind::chan: {
        auto* a = static_cast<const Chan*>(x);
        auto* b = static_cast<const Chan*>(y);
        bool directions = a->dir == b->dir ||
                          (loose && (a->dir == syntax::ChanDir::both || b->dir == syntax::ChanDir::both));
        return directions && parts(a, b);
      }
      case TypeKind::map:
        return unify(static_cast<const Map*>(x)->key, static_cast<const Map*>(y)->key, false) &&
               unify(static_cast<const Map*>(x)->value, static_cast<const Map*>(y)->value, false);
      case TypeKind::tuple:
        return vars(static_cast<const Tuple*>(x)->vars, static_cast<const Tuple*>(y)->vars);
      case TypeKind::signature: {
        auto* f = static_cast<const Signature*>(x);
        auto* g = static_cast<const Signature*>(y);
        return f->variadic == g->variadic && vars(f->params->vars, g->params->vars) &&
               vars(f->results->vars, g->results->vars);
      }
      case TypeKind::structure:
        return structs(static_cast<const Struct*>(x), static_cast<const Struct*>(y));
      case TypeKind::interface:
        return interfaces(static_cast<const Interface*>(x), static_cast<const Interface*>(y));
      case TypeKind::named:
        return named(static_cast<const Named*>(x), static_cast<const Named*>(y));
      default:
        return false;
    }
  }

 private:
  bool unify_param(int i, const Type* y, bool loose) {
    if (int j = index(y); j >= 0 && !inferred_[i]) {
      if (!inferred_[j]) return join(i, j);
      inferred_[i] = inferred_[j];
      return true;
    }
    if (!inferred_[i]) {
      inferred_[i] = y;
      for (auto [a, b] : joined_) {
        if (a == i || b == i) {
          int other = a == i ? b : a;
          if (!inferred_[other] && !unify_param(other, y, loose)) return false;
        }
      }
      return true;
    }
    const Type* before = inferred_[i];
    if (!unify(before, y, loose)) return false;
    // Of a type literal and a defined type, or a directional channel, the more special one is meant.
    if (loose && before->kind != TypeKind::named && y->kind == TypeKind::named && index(y) < 0)
      inferred_[i] = y;
    if (loose && before->kind == TypeKind::chan && y->kind == TypeKind::chan &&
        static_cast<const Chan*>(before)->dir == syntax::ChanDir::both) {
      inferred_[i] = y;
    }
    return true;
  }

  // Two parameters without types so far are the same.
  bool join(int i, int j) {
    if (i != j) joined_.emplace_back(i, j);
    return true;
  }

  template <class T>
  bool parts(const T* x, const T* y) {
    return unify(x->element, y->element, false);
  }

  bool vars(const std::vector<Var*>& a, const std::vector<Var*>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](const Var* x, const Var* y) { return unify(x->type, y->type, false); });
  }

  bool structs(const Struct* a, const Struct* b) {
    if (a->tags != b->tags) return false;
    return std::equal(a->fields.begin(), a->fields.end(), b->fields.begin(), b->fields.end(),
                      [&](const Var* f, const Var* g) {
                        return f->embedded == g->embedded && f->id() == g->id() &&
                               unify(f->type, g->type, false);
                      });
  }

  bool interfaces(const Interface* a, const Interface* b) {
    return a->constraint_only() == b->constraint_only() &&
           std::equal(a->methods.begin(), a->methods.end(), b->methods.begin(), b->methods.end(),
                      [&](const Func* f, const Func* g) {
                        return f->id() == g->id() && unify(f->type, g->type, false);
                      });
  }

  bool named(const Named* a, const Named* b) {
    const Named* origin_a = a->origin ? a->origin : a;
    const Named* origin_b = b->origin ? b->origin : b;
    if (origin_a != origin_b) return false;
    std::vector<const Type*> x = arguments_of(a), y = arguments_of(b);
    return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                      [&](const Type* s, const Type* t) { return unify(s, t, false); });
  }

  static std::vector<const Type*> arguments_of(const Named* type) {
    if (type->origin) return type->arguments;
    return {type->type_params.begin(), type->type_params.end()};
  }

  const std::vector<TypeParam*>& params_;
  std::vector<const Type*> inferred_;
  std::vector<std::pair<int, int>> joined_;
};

std::string names(const std::vector<TypeParam*>& params) {
  std::string result;
  for (const TypeParam* param : params) {
    if (!result.empty()) result += ", ";
    result += param->object->name;
  }
  return result;
}

}  // namespace

std::vector<TypeParam*> Checker::Impl::renamed(const std::vector<TypeParam*>& params) {
  std::vector<TypeParam*> copies;
  for (const TypeParam* param : params) copies.push_back(arena.make<TypeParam>(param->object, param->index));
  std::vector<const Type*> types(copies.begin(), copies.end());
  for (size_t i = 0; i < params.size(); i++)
    copies[i]->constraint = substitute(params[i]->constraint, params, types);
  return copies;
}

namespace {

// Makes the methods that `interface` wants equal to those of `type`; true without them.
bool unify_methods(Checker::Impl& checker, Unifier& unifier, const Interface* interface, const Type* type) {
  checker.complete(interface);
  for (const Func* wanted : interface->methods) {
    Selection found = checker.find_member(type, wanted->name, wanted->package);
    if (found.kind != Selection::Kind::method || !found.object->type) continue;
    if (!unifier.unify(wanted->type, found.object->type, false)) return false;
  }
  return true;
}

// What the constraint of one parameter says; false if its type does not fit.
bool use_constraint(Checker::Impl& checker, Unifier& unifier, const std::vector<TypeParam*>& params,
                    size_t i) {
  const Interface* constraint = constraint_of(params[i]);
  if (!constraint) return true;
  checker.complete(constraint);
  const Type* known = unifier[i];
  Term core = core_term(params[i]);
  if (!core.type) return !known || unify_methods(checker, unifier, constraint, known);
  if (known) {
    return unifier.index(known) >= 0 ||
           unifier.unify(core.type, core.tilde ? underlying(known) : known, true);
  }
  if (!core.tilde && constraint->terms.size() == 1)
    unifier.set(static_cast<int>(i), constraint->terms[0].type);
  return true;
}

// Uses constraints until nothing new comes out; false (with the parameter) if a type does not fit its own.
bool use_constraints(Checker::Impl& checker, Unifier& unifier, const std::vector<TypeParam*>& params,
                     size_t* misfit) {
  auto unknown = [&] { return std::count(unifier.inferred().begin(), unifier.inferred().end(), nullptr); };
  for (bool progress = true; progress;) {
    auto before = unknown();
    for (*misfit = 0; *misfit < params.size(); ++*misfit) {
      if (!use_constraint(checker, unifier, params, *misfit)) return false;
    }
    progress = unknown() != before;
  }
  return true;
}

// The inferred types in terms of each other are resolved; nullopt (and the parameter) if one is not known.
std::optional<std::vector<const Type*>> settled(Checker::Impl& checker, Unifier& unifier,
                                                const std::vector<TypeParam*>& params, size_t* unknown) {
  std::vector<const Type*> types = unifier.inferred();
  for (size_t i = 0; i < types.size(); i++) {
    *unknown = i;
    if (!types[i]) return std::nullopt;
  }
  for (size_t round = 0; round < params.size(); round++) {
    for (const Type*& type : types) type = checker.substitute(type, params, types);
  }
  for (size_t i = 0; i < types.size(); i++) {
    *unknown = i;
    if (unifier.mentions(types[i])) return std::nullopt;  // defined by itself
  }
  return types;
}

// The inference for one call.
class CallInference {
 public:
  CallInference(Checker::Impl& checker, Position pos, const Signature* generic,
                const std::vector<Operand>& operands, bool spread)
      : checker_(checker), pos_(pos), generic_(generic), operands_(operands) {
    // Under new names: the operands may mention the parameters of the very same function, in its own body.
    signature_ = renamed_function(generic);
    spread_ = spread && signature_->variadic && operands.size() == vars().size();
    // Generic functions among the operands: what they are instantiated with is inferred at the same time.
    for (const Operand& operand : operands) {
      bool function = Checker::Impl::is_generic_function(operand);
      operand_types_.push_back(function ? renamed_function(static_cast<const Signature*>(operand.type))
                                        : operand.type);
    }
  }

  std::optional<std::vector<const Type*>> run(const std::vector<const Type*>& known,
                                              const std::string& function) {
    Unifier unifier(params_, known);
    if (!right_count(function)) return std::nullopt;
    for (size_t i = 0; i < operands_.size(); i++) {
      if (!use_operand(unifier, i)) return std::nullopt;
    }
    if (!use_all_constraints(unifier) || !use_constants(unifier) || !use_all_constraints(unifier)) {
      return std::nullopt;
    }
    size_t unknown = 0;
    auto result = settled(checker_, unifier, params_, &unknown);
    if (result) {
      result->resize(generic_->type_params.size());
    } else {
      checker_.error(pos_, fmt::format("cannot infer {}", params_[unknown]->object->name));
    }
    return result;
  }

 private:
  const std::vector<Var*>& vars() const { return signature_->params->vars; }

  const Signature* renamed_function(const Signature* function) {
    std::vector<TypeParam*> params = checker_.renamed(function->type_params);
    std::vector<const Type*> types(params.begin(), params.end());
    params_.insert(params_.end(), params.begin(), params.end());
    return static_cast<const Signature*>(checker_.substitute(function, function->type_params, types));
  }

  // The type of the parameter that operand i goes to.
  const Type* param_of(size_t i) const {
    bool packed = signature_->variadic && !spread_ && i + 1 >= vars().size();
    return packed ? static_cast<const Slice*>(vars().back()->type)->element : vars()[i]->type;
  }

  bool right_count(const std::string& function) {
    size_t least = vars().size() - (signature_->variadic && !spread_ ? 1 : 0);
    bool many = !signature_->variadic && operands_.size() > vars().size();
    if (operands_.size() >= least && !many) return true;
    std::vector<const Type*> have, want;
    for (const Operand& operand : operands_) have.push_back(operand.type);
    for (const Var* var : generic_->params->vars) want.push_back(var->type);
    checker_.error(
        many ? Checker::Impl::operand_position(operands_[vars().size()]) : pos_,
        fmt::format("{} arguments in call to {}\n\thave {}\n\twant {}", many ? "too many" : "not enough",
                    function, checker_.types_summary(have, false),
                    checker_.types_summary(want, signature_->variadic)));
    return false;
  }

  bool use_operand(Unifier& unifier, size_t i) {
    const Type* param = param_of(i);
    const Operand& operand = operands_[i];
    bool generic = Checker::Impl::is_generic_function(operand);
    if (!unifier.mentions(param) && !generic) return true;
    if (is_untyped(operand.type)) {
      if (unifier.index(param) >= 0 && operand.mode != Mode::nil) constants_.push_back(i);
      return true;
    }
    // Whether a generic function fits is checked when it is assigned to the parameter; a value may have the
    // methods of an interface without being of its type.
    if (unifier.unify(param, operand_types_[i], true) || generic) return true;
    auto* interface = under_as<Interface>(param);
    if (interface && !interface->methods.empty() &&
        unify_methods(checker_, unifier, interface, operand.type)) {
      return true;
    }
    report_mismatch(unifier, param, operand);
    return false;
  }

  void report_mismatch(Unifier& unifier, const Type* param, const Operand& operand) {
    const Type* so_far = checker_.substitute_known(param, params_, unifier.inferred());
    bool known = so_far != param && !unifier.mentions(so_far);
    std::string message = fmt::format("type {} of {} does not match ", checker_.type_string(operand.type),
                                      Checker::Impl::expr_string(operand.expr));
    if (known) message += fmt::format("inferred type {} for ", checker_.type_string(so_far));
    message += checker_.type_string(param);
    if (!known) message += fmt::format(" (cannot infer {})", names(generic_->type_params));
    checker_.error(Checker::Impl::operand_position(operand), std::move(message));
  }

  bool use_all_constraints(Unifier& unifier) {
    size_t at = 0;
    if (use_constraints(checker_, unifier, params_, &at)) return true;
    checker_.error(
        pos_, fmt::format("{} (type {}) does not satisfy {}", params_[at]->object->name,
                          checker_.type_string(unifier[at]), checker_.type_string(params_[at]->constraint)));
    return false;
  }

  // Untyped constants come last: the largest of their kinds counts.
  bool use_constants(Unifier& unifier) {
    auto kind = [](const Type* type) { return static_cast<const Basic*>(type)->basic; };
    std::map<int, const Type*> defaults;
    for (size_t i : constants_) {
      int param = unifier.index(param_of(i));
      const Type* type = operands_[i].type;
      if (unifier[param]) continue;
      const Type*& largest = defaults[param];
      bool alike = !largest || kind(largest) == kind(type) || (is_numeric(largest) && is_numeric(type));
      if (!alike) {
        checker_.error(
            Checker::Impl::operand_position(operands_[i]),
            fmt::format("default type {} of {} does not match inferred type {} for {}",
                        checker_.type_string(default_type(type)),
                        Checker::Impl::expr_string(operands_[i].expr),
                        checker_.type_string(default_type(largest)), params_[param]->object->name));
        return false;
      }
      if (!largest || kind(type) > kind(largest)) largest = type;
    }
    for (auto [param, type] : defaults) unifier.set(param, default_type(type));
    return true;
  }

  Checker::Impl& checker_;
  Position pos_;
  const Signature* generic_;
  const Signature* signature_ = nullptr;
  const std::vector<Operand>& operands_;
  bool spread_ = false;
  std::vector<TypeParam*> params_;  // those of the function first
  std::vector<const Type*> operand_types_;
  std::vector<size_t> constants_;  // untyped operands for parameters of a type parameter's type
};

}  // namespace

std::optional<std::vector<const Type*>> Checker::Impl::infer(Position pos, const Signature* generic,
                                                             const std::vector<const Type*>& known,
                                                             const std::vector<Operand>& operands,
                                                             bool spread, const std::string& function) {
  return CallInference(*this, pos, generic, operands, spread).run(known, function);
}

const Type* Checker::Impl::substitute_known(const Type* type, const std::vector<TypeParam*>& params,
                                            std::vector<const Type*> types) {
  for (size_t i = 0; i < types.size(); i++) {
    if (!types[i]) types[i] = params[i];
  }
  return substitute(type, params, types);
}

std::optional<std::vector<const Type*>> Checker::Impl::infer_from_type(const Signature* generic,
                                                                       const std::vector<const Type*>& known,
                                                                       const Signature* target) {
  std::vector<TypeParam*> params = renamed(generic->type_params);
  std::vector<const Type*> param_types(params.begin(), params.end());
  const Type* type = substitute(generic, generic->type_params, param_types);
  Unifier unifier(params, known);
  size_t at = 0;
  if (target && !unifier.unify(type, target, true)) return std::nullopt;
  if (!use_constraints(*this, unifier, params, &at)) return std::nullopt;
  return settled(*this, unifier, params, &at);
}

}  // namespace gocheck::types
