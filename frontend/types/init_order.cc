// The order in which package-level variables are initialised (Go specification, "Package initialization"):
// again and again the first variable in declaration order that depends on no uninitialised one.
//
// Variables and functions form one graph, in which functions that mention each other in circles are a
// single node: they wait for the same variables. Linear in the mentions, but for the heap of ready
// variables and the search for a cycle to report.
#include <fmt/format.h>

#include <algorithm>
#include <queue>

#include "frontend/types/checker.h"
#include "frontend/types/labels.h"

namespace gocheck::types {

namespace {

using Declarations = std::unordered_map<const Object*, Declaration*>;

// The strongly connected components of the functions (Tarjan 1972), without recursion: numbers them so that
// functions have the same number if and only if each can be reached from the other.
class FunctionCircles {
 public:
  explicit FunctionCircles(const Declarations& declarations) : declarations_(declarations) {}

  void add(Declaration* function) {
    if (states_.contains(function)) return;
    enter(function);
    while (!frames_.empty()) step();
  }

  size_t circle_of(const Declaration* function) const { return states_.at(function).circle; }
  size_t count() const { return circles_; }

 private:
  static constexpr size_t kOpen = SIZE_MAX;

  struct State {
    size_t number;
    size_t lowest;
    size_t circle = kOpen;
  };
  struct Frame {
    Declaration* function;
    size_t next = 0;  // index into its dependencies
  };

  void enter(Declaration* function) {
    size_t number = states_.size();
    states_[function] = {number, number};
    open_.push_back(function);
    frames_.push_back({function});
  }

  void step() {
    Frame& frame = frames_.back();
    Declaration* function = frame.function;
    if (frame.next < function->dependencies.size()) {
      Object* object = function->dependencies[frame.next++];
      if (object->kind != ObjectKind::func) return;
      Declaration* called = declarations_.at(object);
      auto found = states_.find(called);
      if (found == states_.end()) return enter(called);
      if (found->second.circle == kOpen) lower(function, found->second.number);
      return;
    }
    frames_.pop_back();
    size_t lowest = states_.at(function).lowest;
    if (!frames_.empty()) lower(frames_.back().function, lowest);
    if (lowest == states_.at(function).number) close(function);
  }

  void lower(Declaration* function, size_t number) {
    size_t& lowest = states_.at(function).lowest;
    lowest = std::min(lowest, number);
  }

  void close(const Declaration* first) {
    Declaration* member;
    do {
      member = open_.back();
      open_.pop_back();
      states_.at(member).circle = circles_;
    } while (member != first);
    circles_++;
  }

  const Declarations& declarations_;
  std::unordered_map<const Declaration*, State> states_;
  std::vector<Declaration*> open_;
  std::vector<Frame> frames_;
  size_t circles_ = 0;
};

// A variable, several that share an initial value, a constant, or (without object) a circle of functions.
struct Node {
  Object* object = nullptr;  // the first one
  Declaration* declaration = nullptr;
  size_t waiting_for = 0;          // nodes that it depends on and that are not done
  std::vector<size_t> dependents;  // nodes that wait for this one
  bool done = false;
};

class InitializationOrder {
 public:
  InitializationOrder(const Declarations& declarations, const std::vector<Object*>& objects)
      : declarations_(declarations) {
    FunctionCircles circles(declarations);
    for (Object* object : objects) {
      Declaration* declaration = declarations.at(object);
      if (object->kind == ObjectKind::func) circles.add(declaration);
      if (object->kind != ObjectKind::var && object->kind != ObjectKind::constant) continue;
      // A variable without value takes its turn as well: only then may others that mention it follow.
      if (node_of_.contains(declaration)) continue;
      node_of_[declaration] = nodes_.size();
      nodes_.push_back({object, declaration});
    }
    variables_ = nodes_.size();
    nodes_.resize(variables_ + circles.count());
    for (Object* object : objects) {
      if (object->kind != ObjectKind::func) continue;
      Declaration* declaration = declarations.at(object);
      node_of_[declaration] = variables_ + circles.circle_of(declaration);
    }
    for (const auto& [declaration, node] : node_of_) connect(*declaration, node);
  }

  // Calls initialize(declaration, object) in order and cycle(objects) for what depends on itself.
  template <class Initialize, class Cycle>
  void run(Initialize initialize, Cycle cycle) {
    for (size_t i = 0; i < nodes_.size(); i++) {
      if (nodes_[i].waiting_for == 0) make_ready(i);
    }
    for (size_t finished = 0; finished < variables_; finished++) {
      if (ready_.empty()) {
        std::vector<Object*> found;
        size_t stuck = find_stuck(&found);
        if (!found.empty()) cycle(found);
        make_ready(stuck);
      }
      Node& node = nodes_[ready_.top()];
      ready_.pop();
      initialize(*node.declaration, node.object);
      finish(node);
    }
  }

 private:
  void connect(const Declaration& declaration, size_t node) {
    for (Object* object : declaration.dependencies) {
      auto mentioned = node_of_.find(declarations_.at(object));
      bool of_functions = node >= variables_ && mentioned != node_of_.end() && mentioned->second == node;
      if (mentioned == node_of_.end() || of_functions) continue;
      nodes_[mentioned->second].dependents.push_back(node);
      nodes_[node].waiting_for++;
    }
  }

  void make_ready(size_t index) {
    Node& node = nodes_[index];
    if (node.done) return;
    node.done = true;
    if (index < variables_) {
      ready_.push(index);
    } else {
      finish(node);
    }
  }

  // Functions become ready on the way: a loop, since they may follow each other in long chains.
  void finish(const Node& first) {
    std::vector<const Node*> finished{&first};
    while (!finished.empty()) {
      const Node* node = finished.back();
      finished.pop_back();
      for (size_t dependent : node->dependents) {
        Node& waiting = nodes_[dependent];
        if (--waiting.waiting_for > 0 || waiting.done) continue;
        waiting.done = true;
        if (dependent < variables_) {
          ready_.push(dependent);
        } else {
          finished.push_back(&waiting);
        }
      }
    }
  }

  // The first variable that waits for itself.
  size_t find_stuck(std::vector<Object*>* cycle) const {
    size_t first = variables_;
    for (size_t i = 0; i < variables_; i++) {
      if (nodes_[i].done) continue;
      if (first == variables_) first = i;
      *cycle = path_to_itself(nodes_[i].object);
      if (!cycle->empty()) return i;
    }
    return first;
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
  std::vector<Node> nodes_;  // first the variables in declaration order, then the circles of functions
  size_t variables_ = 0;
  std::unordered_map<const Declaration*, size_t> node_of_;
  std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready_;
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
