// Who waits for whom: a goroutine that wants a lock waits for those who hold it.
#pragma once

#include <map>
#include <vector>

#include "checker/execution/execution.h"

namespace gocheck::checker {

class WaitGraph {
 public:
  void add(GoroutineId who, GoroutineId whom) { waits_for_[who].push_back(whom); }

  // Does it wait for anybody?
  bool waits(GoroutineId who) const { return waits_for_.contains(who); }

  // The groups of goroutines that wait for each other (or one for itself) in a circle, each in the order in which they wait,
  // beginning with its smallest goroutine. Circles of which one waits for the other are one group. Linear time, but for
  // a factor that is the logarithm of the number of goroutines.
  std::vector<std::vector<GoroutineId>> cycles() const;

  // Those who wait, directly or not, for one of these, and are none of these. Sorted; time as above.
  std::vector<GoroutineId> behind(const std::vector<GoroutineId>& whom) const;

 private:
  std::map<GoroutineId, std::vector<GoroutineId>> waits_for_;
};

}  // namespace gocheck::checker
