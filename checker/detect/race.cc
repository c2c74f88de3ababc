#include "checker/detect/race.h"

namespace gocheck::checker {
namespace {

constexpr uint64_t kShadowBytes = (Memory::kReservation >> 3) * sizeof(uint32_t);

uint32_t goroutine_of(uint64_t stamp) { return static_cast<uint32_t>(stamp >> 40); }
AccessClass class_of(uint64_t stamp) { return static_cast<AccessClass>(stamp >> 32 & 0xff); }
uint32_t clock_of(uint64_t stamp) { return static_cast<uint32_t>(stamp); }

}  // namespace

RaceDetector::RaceDetector(Journal& journal, const HappensBefore& order, Report report)
    : journal_(journal), order_(order), report_(std::move(report)), shadow_(kShadowBytes) {}

bool RaceDetector::ordered(const Touch& earlier, uint32_t goroutine) const {
  return goroutine_of(earlier.stamp) == goroutine ||
         order_.before(goroutine_of(earlier.stamp), clock_of(earlier.stamp), goroutine);
}

void RaceDetector::check(const Touch& earlier, bool earlier_writes, Address address, const RaceAccess& access) {
  if (earlier.stamp == 0 || ordered(earlier, access.goroutine)) return;
  if (class_of(earlier.stamp) == AccessClass::atomic && access.kind == AccessClass::atomic) return;
  report_(address, {goroutine_of(earlier.stamp), earlier.site, earlier.user, earlier_writes, class_of(earlier.stamp)}, access);
}

void RaceDetector::check_reads(const Record& it, Address address, const RaceAccess& access) {
  const auto check_read = [&](const Touch& earlier) {
    if (reads_conflict(class_of(earlier.stamp), access.kind)) check(earlier, false, address, access);
  };
  check_read(it.read);
  for (uint64_t r = it.readers; r != 0; r = reader(r).next) check_read(reader(r).touch);
}

void RaceDetector::access_word(uint64_t word, uint8_t mask, const RaceAccess& access) {
  const uint32_t goroutine = access.goroutine;
  const Touch touch{static_cast<uint64_t>(goroutine) << 40 | static_cast<uint64_t>(access.kind) << 32 |
                        order_.now(goroutine),
                    access.site, access.user, step_};
  const Address address = word << 3;
  bool news = false;  // not the same again within the step
  for (uint64_t index = record_of(word, mask); index != 0; index = record(index).next) {
    Record& it = record(index);
    if ((it.mask & mask) == 0) continue;
    check(it.write, true, address, access);
    if (!access.write) {
      if (access.kind >= AccessClass::group_add) [[unlikely]] check_reads(it, address, access);
      news = note_read(it, touch) || news;
      continue;
    }
    check(it.read, false, address, access);
    for (uint64_t r = it.readers; r != 0; r = reader(r).next) check(reader(r).touch, false, address, access);
    if (it.write.stamp != touch.stamp || it.write.site != touch.site || it.write.user != touch.user ||
        it.write.step != step_) {
      set(it.write, touch);
      news = true;
    }
    if (it.read.stamp != 0) journal_.set(it.read.stamp, 0);
    if (it.readers != 0) journal_.set(it.readers, 0);
  }
  if (news && step_log_ != nullptr) {
    step_log_->add({.kind = StepEvent::Kind::access,
                    .goroutine = goroutine,
                    .how = access_code(mask, access.write, static_cast<uint8_t>(access.kind)),
                    .what = address});
  }
}

void RaceDetector::set(Touch& touch, const Touch& value) {
  journal_.save(&touch, sizeof(touch));
  touch = value;
}

// Remembered are the reads that no later one of their class is ordered behind: an atomic read must not hide a plain
// one, which conflicts with more writes. So what is remembered after this depends on nothing but the order of reads. Returns
// false if it is as good as one that the same step has made. (Where the order of reads and writes is explored, it is the
// last read before the write that counts.)
bool RaceDetector::note_read(Record& it, const Touch& touch) {
  const auto same = [&](const Touch& earlier) {
    return earlier.stamp == touch.stamp && earlier.step == step_ &&
           (class_of(touch.stamp) == AccessClass::plain || earlier.user == touch.user);
  };
  if (same(it.read)) return false;
  for (uint64_t r = it.readers; r != 0; r = reader(r).next) {
    if (same(reader(r).touch)) return false;
  }
  const auto replaceable = [&](const Touch& earlier) {
    return class_of(earlier.stamp) == class_of(touch.stamp) && ordered(earlier, goroutine_of(touch.stamp));
  };
  for (uint64_t* link = &it.readers; *link != 0;) {
    Reader& r = reader(*link);
    if (replaceable(r.touch)) {
      journal_.set(*link, r.next);
    } else {
      link = &r.next;
    }
  }
  if (it.read.stamp == 0 || replaceable(it.read)) {
    set(it.read, touch);
  } else {
    journal_.set(it.readers, new_reader(touch, it.readers));
  }
  return true;
}

uint64_t RaceDetector::new_reader(const Touch& touch, uint64_t next) {
  const uint64_t index = reader_count_;
  if (index / kChunk >= readers_.size()) readers_.push_back(std::make_unique<Reader[]>(kChunk));
  journal_.set(reader_count_, index + 1);
  reader(index) = {touch, next};
  return index;
}

uint64_t RaceDetector::new_record(uint8_t mask) {
  const uint64_t index = record_count_;
  if (index / kChunk >= records_.size()) records_.push_back(std::make_unique<Record[]>(kChunk));
  journal_.set(record_count_, index + 1);
  record(index) = Record{};
  record(index).mask = mask;
  return index;
}

// The word's first record, after making sure that every record lies within `mask` or outside it,
// and that all bytes of `mask` are covered.
uint64_t RaceDetector::record_of(uint64_t word, uint8_t mask) {
  uint32_t* head = reinterpret_cast<uint32_t*>(shadow_.base()) + word;
  uint8_t missing = mask;
  for (uint64_t index = *head; index != 0;) {
    const uint64_t next = record(index).next;
    const uint8_t has = static_cast<uint8_t>(record(index).mask);
    if ((has & mask) != 0 && (has & ~mask) != 0) split(index, mask);
    missing &= static_cast<uint8_t>(~has);
    index = next;
  }
  if (*head == 0 && word << 3 < base_limit_) {
    if (base_words_.size() <= base_word_count_) base_words_.resize(base_word_count_ + 1);
    base_words_[base_word_count_] = word << 3;
    journal_.set(base_word_count_, base_word_count_ + 1);
  }
  if (missing != 0) {
    const uint64_t index = new_record(missing);
    record(index).next = *head;
    journal_.save(head, sizeof(*head));
    *head = static_cast<uint32_t>(index);
  }
  return *head;
}

void RaceDetector::split(uint64_t index, uint8_t mask) {
  const uint64_t rest = new_record(static_cast<uint8_t>(record(index).mask & ~uint64_t{mask}));
  const uint64_t rest_mask = record(rest).mask;
  record(rest) = record(index);
  record(rest).mask = rest_mask;
  uint64_t readers = 0;  // readers are updated in place, so each record has its own list
  for (uint64_t r = record(index).readers; r != 0; r = reader(r).next) readers = new_reader(reader(r).touch, readers);
  record(rest).readers = readers;
  journal_.set(record(index).mask, record(index).mask & mask);
  journal_.set(record(index).next, rest);
}

}  // namespace gocheck::checker
