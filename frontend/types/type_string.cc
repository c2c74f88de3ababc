// Types as messages show them.
#include "frontend/types/info.h"
#include "frontend/types/type.h"

namespace gocheck::types {

namespace {

class Writer {
 public:
  explicit Writer(const Package* from) : from_(from) {}

  std::string take() { return std::move(out_); }

  void type(const Type* t) {
    if (!t) {
      out_ += "<nil>";
      return;
    }
    switch (t->kind) {
      case TypeKind::basic:
        out_ += static_cast<const Basic*>(t)->name;
        return;
      case TypeKind::named:
        named(static_cast<const Named*>(t));
        return;
      case TypeKind::pointer:
        out_ += '*';
        return type(static_cast<const Pointer*>(t)->element);
      case TypeKind::slice:
        out_ += "[]";
        return type(static_cast<const Slice*>(t)->element);
      case TypeKind::array:
        out_ += '[' + std::to_string(static_cast<const Array*>(t)->length) + ']';
        return type(static_cast<const Array*>(t)->element);
      case TypeKind::map:
        out_ += "map[";
        type(static_cast<const Map*>(t)->key);
        out_ += ']';
        return type(static_cast<const Map*>(t)->value);
      case TypeKind::chan:
        return chan(static_cast<const Chan*>(t));
      case TypeKind::structure:
        return structure(static_cast<const Struct*>(t));
      case TypeKind::tuple:
        return tuple(static_cast<const Tuple*>(t), false);
      case TypeKind::signature:
        out_ += "func";
        return signature(static_cast<const Signature*>(t));
      case TypeKind::interface:
        return interface(static_cast<const Interface*>(t));
      case TypeKind::type_param:
        out_ += static_cast<const TypeParam*>(t)->object->name;
        return;
      case TypeKind::union_:
        return terms(static_cast<const Union*>(t)->terms);
    }
  }

 private:
  void named(const Named* t) {
    const Package* package = t->object->package;
    if (package && package != from_) {
      out_ += package->name;
      out_ += '.';
    }
    out_ += t->object->name;
    if (!t->arguments.empty()) {
      list(t->arguments);
    } else if (!t->type_params.empty()) {
      list(t->type_params);
    }
  }

  template <class T>
  void list(const std::vector<T>& types) {
    char separator = '[';
    for (const Type* t : types) {
      out_ += separator;
      type(t);
      separator = ',';
    }
    out_ += ']';
  }

  void terms(const std::vector<Term>& terms) {
    bool first = true;
    for (const Term& term : terms) {
      if (!first) out_ += " | ";
      first = false;
      if (term.tilde) out_ += '~';
      type(term.type);
    }
  }

  void chan(const Chan* t) {
    switch (t->dir) {
      case syntax::ChanDir::send:
        out_ += "chan<- ";
        break;
      case syntax::ChanDir::recv:
        out_ += "<-chan ";
        break;
      case syntax::ChanDir::both:
        out_ += "chan ";
        break;
    }
    // chan (<-chan T) would read as (chan<-) chan T without parentheses.
    bool ambiguous = t->dir != syntax::ChanDir::send && t->element && t->element->kind == TypeKind::chan &&
                     static_cast<const Chan*>(t->element)->dir == syntax::ChanDir::recv;
    if (ambiguous) out_ += '(';
    type(t->element);
    if (ambiguous) out_ += ')';
  }

  void structure(const Struct* t) {
    out_ += "struct{";
    for (size_t i = 0; i < t->fields.size(); ++i) {
      if (i > 0) out_ += "; ";
      if (!t->fields[i]->embedded) {
        out_ += t->fields[i]->name;
        out_ += ' ';
      }
      type(t->fields[i]->type);
      if (i < t->tags.size() && !t->tags[i].empty()) {
        out_ += ' ' + Constant::of_string(t->tags[i]).to_string();
      }
    }
    out_ += '}';
  }

  void tuple(const Tuple* t, bool variadic) {
    out_ += '(';
    size_t count = t ? t->vars.size() : 0;
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) out_ += ", ";
      if (!t->vars[i]->name.empty()) {
        out_ += t->vars[i]->name;
        out_ += ' ';
      }
      const Type* var_type = t->vars[i]->type;
      if (variadic && i + 1 == count && var_type && var_type->kind == TypeKind::slice) {
        out_ += "...";
        var_type = static_cast<const Slice*>(var_type)->element;
      }
      type(var_type);
    }
    out_ += ')';
  }

  void signature(const Signature* t) {
    for (size_t i = 0; i < t->type_params.size(); ++i) {
      const TypeParam* param = t->type_params[i];
      out_ += i == 0 ? "[" : ", ";
      out_ += param->object->name;
      // Parameters with one constraint share it.
      if (i + 1 < t->type_params.size() && t->type_params[i + 1]->constraint == param->constraint) continue;
      out_ += ' ';
      type(param->constraint);
    }
    if (!t->type_params.empty()) out_ += ']';
    tuple(t->params, t->variadic);
    if (!t->results || t->results->vars.empty()) return;
    out_ += ' ';
    if (t->results->vars.size() == 1 && t->results->vars[0]->name.empty()) {
      type(t->results->vars[0]->type);
    } else {
      tuple(t->results, false);
    }
  }

  void interface(const Interface* t) {
    if (t == any_type()) {
      out_ += "any";
      return;
    }
    if (t->implicit && t->explicit_methods.empty() && t->embedded.size() == 1) return type(t->embedded[0]);
    out_ += "interface{";
    bool first = true;
    for (const Func* method : t->explicit_methods) {
      if (!first) out_ += "; ";
      first = false;
      out_ += method->name;
      if (method->type) signature(method->signature());
    }
    for (const Type* embedded : t->embedded) {
      if (!first) out_ += "; ";
      first = false;
      type(embedded);
    }
    out_ += '}';
  }

  const Package* from_;
  std::string out_;
};

}  // namespace

std::string to_string(const Type* type, const Package* from) {
  Writer writer(from);
  writer.type(type);
  return writer.take();
}

}  // namespace gocheck::types
