#!/usr/bin/env python3
"""Tests of the tests: builds gocheck with one small defect at a time and demands that a suite fails.

Each mutant replaces one piece of the source, in a copy of it with a build directory of its own. It takes minutes per
mutant, so this runs by hand. Mutants that survive are printed: each asks for a test.
usage: mutants.py [--jobs=N] [--list] [NAME...]
"""
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Suites: the targets to build and the command, in the copy.
SUITES = {
    "unit": (["checker_test"], ["build/checker_test", "--gtest_brief=1"]),
    "machine": (["machine_test"], ["build/machine_test", "--gtest_brief=1"]),
    "parallel": (["parallel_test"], ["build/parallel_test", "--gtest_brief=1"]),
    "golden": (["gocheck"], ["python3", "tests/golden/golden.py", "build/gocheck"]),
    "race": (["gocheck"], ["python3", "tests/conformance/conformance.py", "build/gocheck", "race"]),
    "oracle": (["oracle_compare"], ["python3", "tests/oracle/fuzz.py", "build/oracle_compare", "2000"]),
    "counts": (["gocheck"], ["python3", "tests/counts/counts.py", "build/gocheck"]),
    "stress": (["gocheck"], ["python3", "tests/stress/stress.py", "build/gocheck"]),
}

CHANNEL, SYNC = "runtime/machine/channel.h", "runtime/machine/sync.h"
TRANSITIONS, DEPENDENCE = "checker/execution/transitions.cc", "checker/order/dependence.cc"
REVERSALS, TREE, REDUCED, MERGING = (
    "checker/explore/" + f for f in ("reversals.cc", "wakeup_tree.cc", "reduced.cc", "merging.cc"))
SUMMARY = "checker/explore/summary.cc"
FUTURE, RACE = "checker/detect/race_future.cc", "checker/detect/race.h"
CONTROLLED, STEP, CANONICAL = (
    "checker/execution/" + f for f in ("controlled.cc", "step.cc", "canonical.cc"))

# Name: (file, what is replaced, by what, suites of which one has to fail).
MUTANTS = {
    # One happens-before edge each.
    "hb-send": (CHANNEL, "  const SyncKey key = place_key(channel, address, place);\n  e.acquire(g, key);\n",
                "  const SyncKey key = place_key(channel, address, place);\n", ["golden", "race"]),
    "hb-sent": (CHANNEL, "  e.acquire(g, key);\n  e.release(g, key);\n  if (channel.buffer != 0) {\n    const Address at = channel.buffer + place",
                "  e.acquire(g, key);\n  if (channel.buffer != 0) {\n    const Address at = channel.buffer + place", ["golden", "race"]),
    "hb-receive": (CHANNEL, "  const SyncKey key = place_key(channel, address, channel.head);\n  e.acquire(g, key);\n",
                   "  const SyncKey key = place_key(channel, address, channel.head);\n", ["golden", "race"]),
    "hb-received": (CHANNEL, "channel.head);\n  e.acquire(g, key);\n  e.release(g, key);\n",
                    "channel.head);\n  e.acquire(g, key);\n", ["golden", "race"]),
    "hb-rendezvous": (CHANNEL, "  e.synchronize(sender, receiver);\n", "", ["golden", "race"]),
    "hb-close": (CHANNEL, "  e.release(g, close_key(address));\n", "", ["golden", "race"]),
    "hb-closed": (CHANNEL, "    e.acquire(g, close_key(address));\n", "", ["golden", "race"]),
    "hb-lock": (SYNC, "  e.acquire(g, g.operation.object);\n  return true;", "  return true;", ["golden", "race"]),
    "hb-unlock": (SYNC, "  e.release(g, g.operation.object);\n  return Unlocked::done;\n}\n\n}  // namespace sync_detail",
                  "  return Unlocked::done;\n}\n\n}  // namespace sync_detail", ["golden", "race"]),
    "hb-rlock": (SYNC, "        e.acquire(g, rw_writer_key(op.object));\n", "", ["golden", "race"]),
    "hb-runlock": (SYNC, "      e.release_merge(g, rw_readers_key(op.object));\n", "", ["golden", "race"]),
    "hb-write-lock": (SYNC, "  e.acquire(g, rw_writer_key(g.operation.object));\n", "", ["golden", "race"]),
    "hb-write-lock-readers": (SYNC, "  e.acquire(g, rw_readers_key(g.operation.object));\n", "", ["golden", "race"]),
    "hb-write-unlock": (SYNC, "      e.release(g, rw_writer_key(op.object));\n", "", ["golden", "race"]),
    "hb-wait": (SYNC, "  if (op.kind == OpKind::wg_wait) {\n    e.acquire(g, op.object);\n",
                "  if (op.kind == OpKind::wg_wait) {\n", ["golden", "race"]),
    "hb-done": (SYNC, "  if (static_cast<int32_t>(delta) < 0) e.release_merge(g, op.object);\n", "", ["golden", "race"]),
    "hb-once": (SYNC, "  } else {\n    e.acquire(g, op.object);\n  }", "  }", ["golden", "race"]),
    "hb-once-end": (SYNC, "    e.release(g, op.object);\n    e.assign(once.state", "    e.assign(once.state", ["golden", "race"]),
    "hb-signal": (SYNC, "      e.release(g, ticket_key(op.object, notify));\n", "", ["golden", "race"]),
    "hb-broadcast": (SYNC, "e.release(g, ticket_key(op.object, ticket));", "(void)ticket;", ["golden", "race"]),
    "hb-cond-wait": (SYNC, "      e.acquire(g, ticket_key(op.object, static_cast<uint32_t>(g.registers()[op.value + 1])));\n",
                     "", ["golden", "race"]),
    # One entry of the table of relations each.
    "relation-read-write": (DEPENDENCE, '/* read     */ ".R', '/* read     */ "..', ["unit"]),
    "relation-write-read": (DEPENDENCE, '/* write    */ "RR', '/* write    */ ".R', ["unit"]),
    "relation-lock-lock": (DEPENDENCE, '/* lock     */ "RRR', '/* lock     */ "RR.', ["unit"]),
    "relation-unlock-lock": (DEPENDENCE, '/* unlock   */ "RRo', '/* unlock   */ "RR.', ["unit"]),
    "relation-lock-shared": (DEPENDENCE, '/* lock     */ "RRRRR', '/* lock     */ "RRRR.', ["unit"]),
    "relation-shared-lock": (DEPENDENCE, '/* shared   */ "RRR', '/* shared   */ "RR.', ["unit"]),
    "relation-release-drain": (DEPENDENCE, '/* release  */ "RR.o..o', '/* release  */ "RR.o...', ["unit"]),
    "relation-add-wait": (DEPENDENCE, '/* add      */ "RRRRRRR.RRR', '/* add      */ "RRRRRRR.RR.', ["unit"]),
    "relation-add-done": (DEPENDENCE, '/* add      */ "RRRRRRR.R', '/* add      */ "RRRRRRR..', ["unit"]),
    "relation-wait-add": (DEPENDENCE, '/* wait     */ ".RRRRRRR', '/* wait     */ ".RRRRRR.', ["unit"]),
    "relation-done-wait": (DEPENDENCE, '/* done     */ "RRRRRRRR..o', '/* done     */ "RRRRRRRR...', ["unit"]),
    "relation-last-last": (DEPENDENCE, '/* last     */ "RRRRRRRR.R', '/* last     */ "RRRRRRRR..', ["unit"]),
    "relation-order-order": (DEPENDENCE, '/* order    */ "RRRRRRRRRRRo', '/* order    */ "RRRRRRRRRRR.', ["unit"]),
    "relation-compete": (DEPENDENCE, '/* compete  */ ".R..........c', '/* compete  */ ".R...........', ["unit"]),
    "last-done": (DEPENDENCE, "(a == Effect::done && b == Effect::last_done)", "false", ["unit"]),
    # One line of a footprint each.
    "footprint-close": (TRANSITIONS, "      out.push_back({key(op.object, kClosed), Effect::write});\n", "", ["oracle"]),
    "footprint-drained": (TRANSITIONS, "      out.push_back({key(op.object, kDrained), Effect::done});\n", "", ["oracle"]),
    "footprint-send": (TRANSITIONS, "    out.push_back({key(c.channel, kSenders), Effect::write});\n", "", ["oracle"]),
    "footprint-late": (TRANSITIONS, "      out.push_back({key(c.channel, kLate), Effect::add});\n    }\n  }\n}",
                       "    }\n  }\n}", ["oracle"]),
    "footprint-default": (TRANSITIONS, "    observer_footprint(channel, out);\n", "", ["oracle"]),
    "footprint-unchosen": (TRANSITIONS, "  unchosen_footprint(g, t.option, out);\n}", "}", ["oracle"]),
    "footprint-try-lock": (TRANSITIONS, "    case OpKind::mutex_try_lock:\n      whole(Effect::read);\n",
                           "    case OpKind::mutex_try_lock:\n", ["oracle"]),
    "footprint-atomic-load": (TRANSITIONS, "case OpKind::atomic_load: whole(Effect::read); return;",
                              "case OpKind::atomic_load: return;", ["oracle", "counts"]),
    "footprint-cond": (TRANSITIONS, "case OpKind::cond_enqueue: whole(Effect::write); return;",
                       "case OpKind::cond_enqueue: return;", ["oracle"]),
    "footprint-goroutines": (TRANSITIONS, "  if (counts_goroutines_) out.push_back({kEveryStep, Effect::add});\n  const Goroutine& g = records_[t.goroutine]",
                             "  const Goroutine& g = records_[t.goroutine]", ["oracle"]),
    "footprint-first-add": (TRANSITIONS, "counter <= 0 ? Effect::write : Effect::read", "Effect::read", ["golden"]),
    "footprint-runlock": (TRANSITIONS, "      whole(Effect::write);  // it needs somebody else's RLock\n", "", ["golden"]),
    # What a search reports is a function of the trace.
    "ending-first": ("checker/execution/controlled.h", "if (ending_ < ending) journal_", "if (ending_ == Ending::none) journal_", ["golden"]),
    "second-close": (STEP, "touch_as(op.object, 8, !closed,", "touch_as(op.object, 8, true,", ["golden"]),
    "shared-uses": (STEP, "!uses_share(op.kind)", "true", ["golden"]),
    # The search.
    "search-sleep": (REDUCED, "(!share_goroutine(sleeper.transition, step.transition) && independent(sleeper.accesses, step.accesses));",
                     "!share_goroutine(sleeper.transition, step.transition);", ["unit"]),
    "search-no-sleep": (REDUCED, "return sleeper.sketch.apart(step.sketch) ||\n           (!share_goroutine(sleeper.transition, step.transition) && independent(sleeper.accesses, step.accesses));",
                        "return false;", ["unit"]),
    "search-handed-over": (REDUCED, "if (shared.unfinished > 0 && !there.sleepers.empty()) return false;\n", "", ["unit"]),
    "search-what-is-met": (REVERSALS, "        if (a.object == kEveryStep) last_accesses_.push_back(a);\n",
                           "        if (a.effect == Effect::add) last_accesses_.push_back(a);\n", ["unit"]),
    "keeper-branches": (MERGING, "      a(branches, key, summary, low,", "      a(branches, key, low,", ["unit"]),
    "search-changed-sleeper": (REDUCED, "    if (!same_accesses(here.accesses_of(z), other_)) return false;\n", "", ["unit"]),
    "search-alternatives": (REVERSALS, "    if (!planner.stopped()) propose_alternative(it, planner);\n", "", ["unit"]),
    "search-other-cases": (REVERSALS, "if (!planner.stopped()) propose_other_cases", "if (false) propose_other_cases", ["unit"]),
    "search-rendezvous": (REVERSALS, "  if (!offers(wish).empty() && propose_rendezvous(e, wish, reversible, planner)) any = true;\n",
                          "", ["unit"]),
    "search-end": (REVERSALS, "  for (const GoroutineId g : present_) add_wish(g, kNoEvent);\n", "", ["unit"]),
    "search-previous": (REVERSALS, "while (order_.previous_conflict(wish.goroutine, own_past(wish), record)) {",
                        "while (false) {", ["unit"]),
    "search-families": (REVERSALS, "for (uint32_t dependents = sure ? kAll : always_possible ? kAllCounted : 0; more; ++dependents) {",
                        "for (uint32_t dependents = sure ? kAll : kAllCounted; more; ++dependents) {", ["unit"]),
    "search-hidden": (REVERSALS, "    if (effect != Effect::lock && !(effect == Effect::write && never_waits)) return false;\n", "", ["unit"]),
    "search-last-done": (REVERSALS, "  if (any_last_done_) correct_last_dones(e);\n", "", ["unit"]),
    "search-memo": (REVERSALS, "*proposed == signature_) return true;", "*proposed != 0) return true;", ["unit"]),
    "tree-order": (TREE, "    if (!independent(step.accesses, other.accesses)) return kNoInitial;\n", "", ["unit"]),
    # Discipline of wait groups.
    "shares-spent": (STEP, "!add_share(record(g.id), op.object, delta)", "(add_share(record(g.id), op.object, delta), false)", ["golden"]),
    "shares-counter": (STEP, "if (shares != counter || ", "if (", ["golden"]),
    "shares-wait": (RACE, "  return (a == AccessClass::group_add &&", "  return false;\n  return (a == AccessClass::group_add &&", ["golden"]),
    # What tells states apart.
    "state-closure": (CANONICAL, "push(needs_closure ? frame.closure : 0);", "push(0);", ["golden", "oracle"]),
    "state-recovers": (CANONICAL, " || (f.has_defer && liveness.needs_closure(f.recover_pc))", "", ["golden", "oracle"]),
    "undo-present": (CONTROLLED, "  for (size_t i = mark.saved; i < saved; ++i) update_present(*records_[saved_[i].id]);\n", "", ["unit", "golden"]),
    # Races at a cut.
    "races-cut": (MERGING, "      if (execution_.may_race(behind->races(), level.identity)) behind = known_.find(hash_of(level.identity));\n", "", ["golden"]),
    "races-behind": (SUMMARY, "  races_.add(other.races_);\n", "", ["golden"]),
    "races-renamed": (FUTURE, "  if (complete) {  //", "  if (true) {  //", ["unit"]),
    "races-step": (SUMMARY, "  races_.add_behind(std::move(after.races_), log);\n", "", ["golden"]),
    "races-saved": (SUMMARY[:-2] + "h", "a(wishes_, sorted_, races_);", "a(wishes_, sorted_);", ["unit"]),
    "races-acquire": (FUTURE, "if (contains(carriers, self) && (event", "if ((event", ["unit"]),
    "races-release": (FUTURE, "if (erase(carriers, event.what)) insert(carriers, self);",
                      "if (contains(carriers, event.what)) insert(carriers, self);", ["unit"]),
    "races-start": (FUTURE, "if (erase(carriers, other)) insert(carriers, self);",
                    "if (contains(carriers, other)) insert(carriers, self);", ["unit"]),
    "races-ways": (FUTURE, "if (is_subset(known.carriers, group.carriers)) {", "if (is_subset(group.carriers, known.carriers)) {", ["unit"]),
    "races-join": (FUTURE, "  std::erase_if(joined.carriers, [&](Carrier it) { return !contains(other.carriers, it); });\n", "", ["unit"]),
    "races-unknown": (FUTURE, "  if (!other.known_) forget();\n", "", ["unit"]),
    "races-long-step": (FUTURE, "if (!after.known_ || !step.complete()) forget();", "if (!after.known_) forget();", ["unit"]),
    "races-everybody": (STEP, "std::all_of(state.goroutines", "std::any_of(state.goroutines", ["golden"]),
    "races-object": (STEP, "return known != nullptr && known->at(g) >= clock;", "return known != nullptr;", ["golden"]),
    "races-past-reads": (STEP, "(!access.write && !writes(later))", "(!access.write || !writes(later))", ["golden"]),
    "races-hidden-read": ("checker/detect/race.cc", "earlier.stamp == touch.stamp && earlier.step == step_ &&",
                          "earlier.stamp == touch.stamp &&", ["golden"]),
    # Undo.
    "undo-frame": (CONTROLLED, "    save_frame(g, g.depth - 1);\n  }\n}", "  }\n}", ["golden", "oracle"]),
    "undo-goexit": (CONTROLLED, "    g.goexit = s.goexit;\n", "", ["golden"]),
    "undo-parked": (STEP, "  if (r.parked != 0) journal_.set(r.parked, 0);\n", "  r.parked = 0;\n", ["oracle", "golden"]),
    "undo-output": (CONTROLLED, "  output_.resize(mark.output);\n", "", ["oracle", "golden"]),
    # One wake-up of the parallel runtime each.
    "wake-partner": ("runtime/parallel/channels.cc", "  unlock(channel.lock);\n  if (partner != nullptr) scheduler_.ready(*partner);\n",
                     "  unlock(channel.lock);\n", ["parallel", "stress"]),
    "wake-select-partner": ("runtime/parallel/channels.cc", "    unlock_all();\n    if (partner != nullptr) scheduler_.ready(*partner);\n",
                            "    unlock_all();\n", ["parallel", "stress"]),
    "wake-object": ("runtime/parallel/objects.cc", "    scheduler_.ready(*g);\n  }\n}", "    (void)g;\n  }\n}", ["parallel", "stress"]),
    "wake-timer": ("runtime/parallel/timers.cc", "  if (first) changed_.notify_one();\n", "", ["parallel", "stress"]),
    "wake-displaced": ("runtime/parallel/scheduler.cc", "  worker->queue.push(displaced, global_);\n", "", ["parallel", "stress"]),
}


class Copy:
    """The source and a build directory."""

    def __init__(self, folder, jobs):
        self.folder, self.jobs = folder, jobs
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".git", "build*"), dirs_exist_ok=True)
        self.must(["cmake", "-S", ".", "-B", "build", "-G", "Ninja"])

    def run(self, command):
        return subprocess.run(command, cwd=self.folder, capture_output=True, timeout=3600, text=True, errors="replace")

    def must(self, command):
        done = self.run(command)
        if done.returncode != 0:
            raise SystemExit(f"mutants: {' '.join(command)}: {(done.stdout + done.stderr)[-2000:]}")

    def build(self, suite):
        return self.run(["ninja", "-C", "build", f"-j{self.jobs}", *SUITES[suite][0]]).returncode == 0

    def passes(self, suite):
        try:
            return self.run(SUITES[suite][1]).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def judge(self, name):
        """What became of the mutant."""
        path, old, new, suites = MUTANTS[name]
        path = os.path.join(self.folder, path)
        with open(path, encoding="utf-8") as file:
            original = file.read()
        if original.count(old) == 0:
            return "not applicable: the source has changed"
        try:
            with open(path, "w", encoding="utf-8") as file:
                file.write(original.replace(old, new, 1))
            for suite in suites:
                if not self.build(suite):
                    return "does not build"
                if not self.passes(suite):
                    return f"killed by {suite}"
            return "SURVIVES"
        finally:
            with open(path, "w", encoding="utf-8") as file:
                file.write(original)


def main():
    names = [a for a in sys.argv[1:] if not a.startswith("--")] or list(MUTANTS)
    if "--list" in sys.argv:
        for name in names:
            path, old, _, suites = MUTANTS[name]
            with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                print(name, path, *suites, "" if old in file.read() else "NOT APPLICABLE")
        return 0
    jobs = next((a.split("=")[1] for a in sys.argv if a.startswith("--jobs=")), "2")
    unknown = [name for name in names if name not in MUTANTS]
    if unknown:
        raise SystemExit(f"mutants: unknown: {' '.join(unknown)}")
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(folder, jobs)
        for suite in sorted({suite for name in names for suite in MUTANTS[name][3]}):
            if not copy.build(suite) or not copy.passes(suite):
                raise SystemExit(f"mutants: {suite} fails without any mutation")
        verdicts = {}
        for name in names:
            verdicts[name] = copy.judge(name)
            print(f"{name}: {verdicts[name]}", flush=True)
    failures = [name for name, verdict in verdicts.items() if not verdict.startswith("killed")]
    print(f"mutants: {len(names) - len(failures)} killed, {len(failures)} not")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
