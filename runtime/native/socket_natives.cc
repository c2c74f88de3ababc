// Natives of internal/poll: sockets. None of them blocks; the Gol side waits for readiness (poll.wait) when
// one says EAGAIN. Results are file descriptors or counts, negative error numbers otherwise.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "runtime/native/support.h"

namespace gocheck::native {
namespace {

Slot result_of(int64_t result) { return static_cast<Slot>(result < 0 ? -int64_t{errno} : result); }

// An IPv4 address in text; "" is the wildcard, "localhost" the loopback. False if it is neither.
bool parse_host(std::string_view host, in_addr& address) {
  if (host.empty()) address.s_addr = htonl(INADDR_ANY);
  else if (host == "localhost") address.s_addr = htonl(INADDR_LOOPBACK);
  else return ::inet_pton(AF_INET, std::string(host).c_str(), &address) == 1;
  return true;
}

sockaddr_in address_of(const in_addr& host, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr = host;
  address.sin_port = htons(port);
  return address;
}

// poll.Listen(host, port)
bool listen_at(Call& call) {
  in_addr host;
  if (!parse_host(call.string(0), host)) {
    call.results[0] = static_cast<Slot>(int64_t{-EADDRNOTAVAIL});
    return true;
  }
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const sockaddr_in address = address_of(host, static_cast<uint16_t>(call.args[2]));
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(fd, SOMAXCONN) != 0) {
    const int error = errno;
    ::close(fd);
    call.results[0] = static_cast<Slot>(int64_t{-error});
    return true;
  }
  call.results[0] = static_cast<Slot>(fd);
  return true;
}

// poll.Accept(fd)
bool accept_one(Call& call) {
  const int fd = ::accept4(static_cast<int>(call.args[0]), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  call.results[0] = result_of(fd);
  if (fd >= 0) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  return true;
}

// poll.Connect(host, port): begins; the socket becomes writable at the end.
bool connect_to(Call& call) {
  in_addr host;
  if (!parse_host(call.string(0), host)) {
    call.results[0] = static_cast<Slot>(int64_t{-EADDRNOTAVAIL});
    return true;
  }
  if (host.s_addr == htonl(INADDR_ANY)) host.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const sockaddr_in address = address_of(host, static_cast<uint16_t>(call.args[2]));
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 &&
      errno != EINPROGRESS) {
    const int error = errno;
    ::close(fd);
    call.results[0] = static_cast<Slot>(int64_t{-error});
    return true;
  }
  call.results[0] = static_cast<Slot>(fd);
  return true;
}

// poll.SocketError(fd): how the connecting ended.
bool socket_error(Call& call) {
  int error = 0;
  socklen_t size = sizeof(error);
  ::getsockopt(static_cast<int>(call.args[0]), SOL_SOCKET, SO_ERROR, &error, &size);
  call.results[0] = static_cast<Slot>(int64_t{-error});
  return true;
}

bool read_socket(Call& call) {
  const uint64_t size = call.args[2];
  if (size == 0) {
    call.results[0] = 0;
    return true;
  }
  call.executor.writing(call.goroutine, call.args[1], size, call.site);
  call.results[0] =
      result_of(::recv(static_cast<int>(call.args[0]), call.executor.host(call.args[1]), size, 0));
  return true;
}

bool write_socket(Call& call) {
  const std::string_view data = bytes(call, 1);
  call.results[0] = result_of(::send(static_cast<int>(call.args[0]), data.data(), data.size(), MSG_NOSIGNAL));
  return true;
}

// poll.Address(fd, peer): host and port
bool address_text(Call& call) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  const int fd = static_cast<int>(call.args[0]);
  auto* out = reinterpret_cast<sockaddr*>(&address);
  if (call.args[1] != 0) ::getpeername(fd, out, &size);
  else ::getsockname(fd, out, &size);
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof(text));
  call.return_string(0, text);
  call.results[2] = ntohs(address.sin_port);
  return true;
}

constexpr std::array kEntries = {
    NativeEntry{"internal/poll.Listen", listen_at},
    NativeEntry{"internal/poll.Accept", accept_one},
    NativeEntry{"internal/poll.Connect", connect_to},
    NativeEntry{"internal/poll.SocketError", socket_error},
    NativeEntry{"internal/poll.Read", read_socket},
    NativeEntry{"internal/poll.Write", write_socket},
    NativeEntry{"internal/poll.Address", address_text},
    NativeEntry{"internal/poll.Close", [](Call& c) {
      c.results[0] = result_of(::close(static_cast<int>(c.args[0])));
      return true;
    }},
    NativeEntry{"internal/poll.Shutdown", [](Call& c) {
      c.results[0] = result_of(::shutdown(static_cast<int>(c.args[0]), SHUT_RDWR));
      return true;
    }},
    NativeEntry{"internal/poll.Describe", [](Call& c) {
      std::string text = std::generic_category().message(static_cast<int>(c.args[0]));
      if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] |= 0x20;
      c.return_string(0, text);
      return true;
    }},
};

}  // namespace

std::span<const NativeEntry> socket_natives() { return kEntries; }

}  // namespace gocheck::native
