// The order in which package-level variables are initialised (Go specification, "Package initialization"):
// again and again the first variable in declaration order that depends on no uninitialised one.
#include <fmt/format.h>

#include <algorithm>
#include <queue>

#include "frontend/types/checker.h"
#include "frontend/types/labels.h"

namespace gocheck::types {

namespace {

using Declarations = std::unordered_map<const Object*, Declaration*>;

// A variable, several that share an initial value, or a constant.
struct Unit {
  Object* object;  // the first one
  Declaration* declaration;
  size_t waiting_for = 0;          // units that it depends on and that are not initialised
  std::vector<size_t> dependents;  // units that wait for this one
  bool done = false;
};

class InitializationOrder {
 public:
  InitializationOrder(const Declarations& declarations, const std::vector<Object*>& objects)
      : declarations_(declarations) {
    for (Object* object : objects) {
      if (object->kind != ObjectKind::var && object->kind != ObjectKind::constant) continue;
      Declaration* declaration = declarations.at(object);
      // A variable without value is no step of the initialisation, but its type may depend on itself.
      bool relevant = declaration->value || !declaration->dependencies.empty();
      if (!relevant || unit_of_.contains(declaration)) continue;
      unit_of_[declaration] = units_.size();
      units_.push_back({object, declaration});
    }
    for (size_t i = 0; i < units_.size(); i++) connect(i);
  }

  // Calls initialize(declaration, object) in order and cycle(objects) for units that depend on themselves.
  template <class Initialize, class Cycle>
  void run(Initialize initialize, Cycle cycle) {
    std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
    for (size_t i = 0; i < units_.size(); i++) {
      if (units_[i].waiting_for == 0) ready.push(i);
    }
    for (size_t finished = 0; finished < units_.size(); finished++) {
      if (ready.empty()) {
        size_t stuck = least_waiting();
        if (std::vector<Object*> found = path_to_itself(units_[stuck].object); !found.empty()) cycle(found);
        ready.push(stuck);
      }
      Unit& unit = units_[ready.top()];
      ready.pop();
      unit.done = true;
      initialize(*unit.declaration, unit.object);
      for (size_t dependent : unit.dependents) {
        if (units_[dependent].done) continue;
        if (--units_[dependent].waiting_for == 0) ready.push(dependent);
      }
    }
  }

 private:
  // Finds the units that unit `index` mentions, directly or through functions.
  void connect(size_t index) {
    std::unordered_set<const Declaration*> seen;
    std::vector<const Declaration*> work{units_[index].declaration};
    while (!work.empty()) {
      const Declaration* declaration = work.back();
      work.pop_back();
      for (Object* object : declaration->dependencies) {
        Declaration* mentioned = declarations_.at(object);
        if (!seen.insert(mentioned).second) continue;
        if (object->kind == ObjectKind::func) {
          work.push_back(mentioned);
        } else if (auto unit = unit_of_.find(mentioned); unit != unit_of_.end()) {
          units_[unit->second].dependents.push_back(index);
          units_[index].waiting_for++;
        }
      }
    }
  }

  size_t least_waiting() const {
    size_t best = units_.size();
    for (size_t i = 0; i < units_.size(); i++) {
      if (units_[i].done) continue;
      if (best == units_.size() || units_[i].waiting_for < units_[best].waiting_for) best = i;
    }
    return best;
  }

  // The objects on a shortest way from `start` back to it, beginning with `start`; empty if there is none.
  std::vector<Object*> path_to_itself(Object* start) const {
    const Declaration* goal = declarations_.at(start);
    std::unordered_map<Object*, Object*> came_from;
    std::queue<Object*> work;
    work.push(start);
    while (!work.empty()) {
      Object* object = work.front();
      work.pop();
      for (Object* next : declarations_.at(object)->dependencies) {
        if (declarations_.at(next) == goal) {
          std::vector<Object*> way{object};
          while (way.back() != start) way.push_back(came_from.at(way.back()));
          std::reverse(way.begin(), way.end());
          return way;
        }
        if (came_from.emplace(next, object).second) work.push(next);
      }
    }
    return {};
  }

  const Declarations& declarations_;
  std::vector<Unit> units_;
  std::unordered_map<const Declaration*, size_t> unit_of_;
};

}  // namespace

void Checker::Impl::initialization_order() {
  auto initialize = [&](Declaration& declaration, Object* object) {
    if (object->kind != ObjectKind::var || !declaration.value) return;
    std::vector<Var*> left = declaration.left;
    if (left.empty()) left.push_back(static_cast<Var*>(object));
    package->initializers.push_back({std::move(left), declaration.value});
  };
  auto cycle = [&](const std::vector<Object*>& objects) {
    const Object* first = objects[0];
    std::string message = fmt::format("initialization loop for {}", first->name);
    for (const Object* object : objects) {
      message += fmt::format("\n\t{}: {} refers to", place(options.files, object->pos), object->name);
    }
    message += fmt::format("\n\t{}: {}", place(options.files, first->pos), first->name);
    error(first->pos, std::move(message));
  };
  InitializationOrder(declarations, package_objects).run(initialize, cycle);
}

}  // namespace gocheck::types
