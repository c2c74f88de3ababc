// Select statements.
#include "frontend/lower/function.h"
#include "runtime/program/invariant.h"

namespace gocheck::lower {

using namespace syntax;

struct FunctionLowering::Communication {
  const CommClause* clause = nullptr;
  const SendStmt* send = nullptr;
  const AssignStmt* assign = nullptr;  // of a receive; nullptr: the value is not wanted
  const UnaryExpr* receive = nullptr;
  const types::Type* element = nullptr;
  Slot channel = 0;
  Slot value = 0;  // sent or received
  Slot ok = kNoSlot;
};

FunctionLowering::Communication FunctionLowering::communication(const CommClause* clause) {
  Communication result;
  result.clause = clause;
  const Expr* channel;
  if (clause->comm->kind == NodeKind::send_stmt) {
    result.send = as<SendStmt>(clause->comm);
    channel = result.send->channel;
  } else {
    const Expr* e;
    if (clause->comm->kind == NodeKind::assign_stmt) {
      result.assign = as<AssignStmt>(clause->comm);
      e = result.assign->right[0];
    } else {
      e = as<ExprStmt>(clause->comm)->expr;
    }
    result.receive = as<UnaryExpr>(unparen(e));
    channel = result.receive->operand;
  }
  result.element = types::under_as<types::Chan>(type_of(channel))->element;
  return result;
}

void FunctionLowering::select_stmt(const SelectStmt* s, const LabeledStmt* label) {
  Temporaries scope(*this);
  program::SelectTable table;
  std::vector<Communication> comms;
  for (const CommClause* clause : s->cases) {
    if (!clause->comm) {
      table.has_default = true;
      continue;
    }
    At at(*this, clause->comm->pos);
    Communication comm = communication(clause);
    if (comm.send) {
      Operand list[2] = {{comm.send->channel, nullptr}, {comm.send->value, comm.element}};
      operands(list);
      comm.channel = list[0].slot;
      comm.value = list[1].slot;
    } else {
      comm.channel = value(comm.receive->operand);
    }
    comms.push_back(comm);
  }
  for (Communication& comm : comms) {
    program::SelectCase entry;
    const Expr* channel = comm.send ? comm.send->channel : comm.receive->operand;
    if (!comm.send) {
      const bool wants_value = comm.assign && !is_blank(comm.assign->left[0]);
      const bool wants_ok = comm.assign && comm.assign->left.size() > 1 && !is_blank(comm.assign->left[1]);
      comm.value = wants_value ? alloc(slots(comm.element)) : kNoSlot;
      comm.ok = wants_ok ? alloc(1) : kNoSlot;
    }
    entry.is_send = comm.send != nullptr;
    entry.channel = static_cast<uint16_t>(comm.channel);
    entry.value = static_cast<uint16_t>(slots(comm.element) == 0 ? (comm.send ? 0 : kNoSlot) : comm.value);
    entry.ok = static_cast<uint16_t>(comm.ok);
    entry.channel_type = types_.id(type_of(channel));
    entry.position = comm.clause->comm->pos;
    table.cases.push_back(entry);
  }
  const Slot chosen = alloc(1);
  const uint32_t index = static_cast<uint32_t>(function.selects.size());
  function.selects.push_back(std::move(table));
  if (s->cases.empty()) {  // blocks for ever
    Label again;
    bind(again);
    emit_x(Opcode::select, chosen, 0, 0, index);
    return jump(again);
  }
  emit_x(Opcode::select, chosen, 0, 0, index);

  Label end, otherwise;
  std::vector<Label> bodies(comms.size());
  // The last case needs no test if nothing else is left.
  const bool has_default = comms.size() < s->cases.size();
  for (size_t i = 0; i + (has_default ? 0 : 1) < comms.size(); ++i) {
    compare_jump(Opcode::jump_eq_k, chosen, static_cast<uint32_t>(i), bodies[i]);
  }
  if (has_default) {
    jump(otherwise);
  } else {
    jump(bodies.back());
  }
  targets_.push_back({label, &end, nullptr});
  size_t next = 0;
  for (const CommClause* clause : s->cases) {
    Temporaries inner(*this);
    if (clause->comm) {
      bind(bodies[next]);
      received(comms[next++]);
    } else {
      bind(otherwise);
    }
    block(clause->body);
    if (reachable()) jump(end);
  }
  targets_.pop_back();
  if (end.used()) bind(end);
}

void FunctionLowering::received(const Communication& comm) {
  if (!comm.assign) return;
  At at(*this, comm.assign->pos);
  const types::Type* boolean = types::basic(types::BasicKind::bool_);
  std::vector<std::pair<const Expr*, std::pair<Slot, const types::Type*>>> parts;
  parts.push_back({comm.assign->left[0], {comm.value, comm.element}});
  if (comm.assign->left.size() > 1) parts.push_back({comm.assign->left[1], {comm.ok, boolean}});
  for (auto [left, part] : parts) {
    if (is_blank(left)) continue;
    const types::Var* var = comm.assign->op == Op::define ? declared_here(left) : nullptr;
    if (var) {
      declare_part(var, part.first, part.second);
      continue;
    }
    Temporaries temporaries(*this);
    const Place place = target(left);
    store(place, adapted(part.first, part.second, place.type));
  }
}

}  // namespace gocheck::lower
