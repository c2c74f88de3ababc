#include "checker/checkpoint.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/crc.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

#include "checker/explore/archive.h"

namespace gocheck::checker {
namespace {

// The last number is that of the format, and of the meaning of what is in it: another one for each change of the search.
constexpr std::string_view kMagic = "gocheck checkpoint 4\n";

uint32_t checksum(std::string_view bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return ::fsync(fd) == 0;
}

// Without the version.
std::string_view name() { return kMagic.substr(0, kMagic.rfind(' ')); }

}  // namespace

bool is_something_else(const std::string& path) {
  std::error_code unknown;
  const auto status = std::filesystem::status(path, unknown);
  if (!std::filesystem::exists(status)) return false;
  if (!std::filesystem::is_regular_file(status)) return true;
  std::string begin(name().size(), '\0');
  std::ifstream(path, std::ios::binary).read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin != name();
}

std::optional<std::string> write_checkpoint(const std::string& path, Checkpoint& checkpoint) {
  Saver body;
  body(checkpoint);
  const std::string bytes = std::move(body).take();
  Saver head;
  head(checksum(bytes));
  const std::string fresh = path + ".new";
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return std::strerror(errno);
  const bool written = write_all(fd, std::string(kMagic) + std::move(head).take()) && write_all(fd, bytes);
  const int problem = errno;
  ::close(fd);
  if (written && std::rename(fresh.c_str(), path.c_str()) == 0) return std::nullopt;
  const int reason = written ? errno : problem;
  ::unlink(fresh.c_str());
  return std::strerror(reason);
}

bool read_checkpoint(const std::string& path, Checkpoint& checkpoint, std::string& error) {
  const auto fail = [&](std::string why) {
    error = std::move(why);
    return false;
  };
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(std::strerror(errno));
  std::stringstream content;
  content << file.rdbuf();
  if (file.bad()) return fail("it cannot be read");
  const std::string text = std::move(content).str();
  std::string_view rest = text;
  if (!rest.starts_with(name())) return fail(text.empty() ? "it is empty" : "it is no checkpoint");
  if (!rest.starts_with(kMagic)) return fail("it was written by another version of gocheck");
  rest.remove_prefix(kMagic.size());
  uint32_t expected = 0;
  Loader head(rest.substr(0, sizeof expected));
  head(expected);
  if (!head.ok()) return fail("it is damaged");
  rest.remove_prefix(sizeof expected);
  if (checksum(rest) != expected) return fail("it is damaged");
  Loader body(rest);
  body(checkpoint);
  return body.ok() && body.at_end() ? true : fail("it is damaged");
}

}  // namespace gocheck::checker
