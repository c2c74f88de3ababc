// Natives of os. In the checker, where an execution is undone and done again, files can only be read: each is
// opened once per process, and the position in it is kept in Gol memory. Standard input is empty there.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <system_error>

#include "runtime/native/support.h"

namespace gocheck::native {
namespace {

std::mutex world_mutex;  // the environment, and the files that the checker has opened

Slot result_of(int64_t result) { return static_cast<Slot>(result < 0 ? -int64_t{errno} : result); }

// Opened for reading and kept open.
int open_once(const std::string& name) {
  static std::map<std::string, int> opened;
  const std::lock_guard lock(world_mutex);
  const auto [entry, is_new] = opened.try_emplace(name, -1);
  if (is_new || entry->second < 0) entry->second = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  return entry->second;
}

bool open_file(Call& call) {
  const std::string name(call.string(0));
  const int flags = static_cast<int>(call.args[2]);
  if (call.executor.controlled()) {
    if ((flags & (O_ACCMODE | O_CREAT | O_TRUNC)) != O_RDONLY) {
      call.results[0] = static_cast<Slot>(int64_t{-EROFS});
      return true;
    }
    call.results[0] = result_of(open_once(name));
    return true;
  }
  call.results[0] = result_of(::open(name.c_str(), flags | O_CLOEXEC, static_cast<mode_t>(call.args[3])));
  return true;
}

bool close_file(Call& call) {
  call.results[0] = call.executor.controlled() ? 0 : result_of(::close(static_cast<int>(call.args[0])));
  return true;
}

// os.read(fd, p): of standard input and other streams.
bool read_stream(Call& call) {
  const uint64_t size = call.args[2];
  if (call.executor.controlled() || size == 0) {
    call.results[0] = 0;
    return true;
  }
  call.executor.writing(call.goroutine, call.args[1], size, call.site);
  call.results[0] = result_of(::read(static_cast<int>(call.args[0]), call.executor.host(call.args[1]), size));
  return true;
}

// os.readAt(fd, p, offset)
bool read_at(Call& call) {
  const uint64_t size = call.args[2];
  const int fd = static_cast<int>(call.args[0]);
  if (size == 0) {
    call.results[0] = 0;
    return true;
  }
  call.executor.writing(call.goroutine, call.args[1], size, call.site);
  char* to = call.executor.host(call.args[1]);
  ssize_t count = ::pread(fd, to, size, static_cast<off_t>(call.args[4]));
  if (count < 0 && errno == ESPIPE && !call.executor.controlled()) count = ::read(fd, to, size);
  call.results[0] = result_of(count);
  return true;
}

// Files are written at `offset`, at their end if it is negative.
void write_to(Call& call, std::string_view bytes, int64_t offset) {
  const int fd = static_cast<int>(call.args[0]);
  if (fd == 1 || fd == 2) {
    call.executor.write(call.goroutine, fd, bytes);
    call.results[0] = bytes.size();
    return;
  }
  size_t written = 0;
  while (written < bytes.size()) {
    const char* from = bytes.data() + written;
    ssize_t count = offset < 0 ? -1 : ::pwrite(fd, from, bytes.size() - written, static_cast<off_t>(offset + written));
    if (offset < 0 || (count < 0 && errno == ESPIPE)) count = ::write(fd, from, bytes.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      call.results[0] = result_of(count);
      return;
    }
    written += count;
  }
  call.results[0] = written;
}

// os.write(fd, p, offset)
bool write_bytes(Call& call) {
  write_to(call, bytes(call, 1), integer(call, 4));
  return true;
}

bool write_string(Call& call) {
  write_to(call, call.string(1), integer(call, 3));
  return true;
}

bool file_size(Call& call) {
  struct stat status;
  call.results[0] = ::fstat(static_cast<int>(call.args[0]), &status) != 0 ? result_of(-1) : result_of(status.st_size);
  return true;
}

// Whether reading may have to wait: a pipe, a terminal, a socket.
bool is_stream(Call& call) {
  struct stat status;
  const int fd = static_cast<int>(call.args[0]);
  call.results[0] = !call.executor.controlled() && ::fstat(fd, &status) == 0 &&
                    (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || ::isatty(fd) != 0);
  return true;
}

bool remove_file(Call& call) {
  if (call.executor.controlled()) {
    call.results[0] = static_cast<Slot>(int64_t{-EROFS});
    return true;
  }
  const std::string name(call.string(0));
  call.results[0] = result_of(::remove(name.c_str()));
  return true;
}

bool make_directory(Call& call) {
  if (call.executor.controlled()) {
    call.results[0] = static_cast<Slot>(int64_t{-EROFS});
    return true;
  }
  const std::string name(call.string(0));
  call.results[0] = result_of(::mkdir(name.c_str(), static_cast<mode_t>(call.args[2])));
  return true;
}

bool describe_error(Call& call) {
  // As Go words it: in lower case.
  std::string text = std::generic_category().message(static_cast<int>(call.args[0]));
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && !(text[1] >= 'A' && text[1] <= 'Z')) text[0] |= 0x20;
  call.return_string(0, text);
  return true;
}

bool arguments(Call& call) {
  const std::vector<std::string>& arguments = call.executor.arguments();
  char* const strings = return_zeroed(call, 0, arguments.size(), sizeof(StringHeader), true);
  for (size_t i = 0; i < arguments.size(); ++i) {
    const StringHeader header{new_text(call, arguments[i]), arguments[i].size()};
    std::memcpy(strings + i * sizeof(header), &header, sizeof(header));
  }
  return true;
}

bool lookup_environment(Call& call) {
  const std::lock_guard lock(world_mutex);
  const char* value = std::getenv(std::string(call.string(0)).c_str());
  call.return_string(0, value == nullptr ? "" : value);
  call.results[2] = value != nullptr;
  return true;
}

bool set_environment(Call& call) {
  const std::lock_guard lock(world_mutex);
  const std::string key(call.string(0)), value(call.string(2));
  if (call.args[4] != 0) ::setenv(key.c_str(), value.c_str(), 1);
  else ::unsetenv(key.c_str());
  return true;
}

bool host_name(Call& call) {
  char name[256] = "localhost";
  if (!call.executor.controlled()) ::gethostname(name, sizeof(name) - 1);
  call.return_string(0, name);
  return true;
}

constexpr std::array kEntries = {
    NativeEntry{"os.open", open_file},
    NativeEntry{"os.closeFile", close_file},
    NativeEntry{"os.read", read_stream},
    NativeEntry{"os.readAt", read_at},
    NativeEntry{"os.write", write_bytes},
    NativeEntry{"os.writeString", write_string},
    NativeEntry{"os.size", file_size},
    NativeEntry{"os.isStream", is_stream},
    NativeEntry{"os.remove", remove_file},
    NativeEntry{"os.mkdir", make_directory},
    NativeEntry{"os.describe", describe_error},
    NativeEntry{"os.arguments", arguments},
    NativeEntry{"os.lookup", lookup_environment},
    NativeEntry{"os.setenv", set_environment},
    NativeEntry{"os.hostname", host_name},
    NativeEntry{"os.getpid", [](Call& c) {
      c.results[0] = c.executor.controlled() ? 1 : static_cast<Slot>(::getpid());
      return true;
    }},
};

}  // namespace

std::span<const NativeEntry> os_natives() { return kEntries; }

}  // namespace gocheck::native
