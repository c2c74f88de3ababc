// Natives of math, math/bits and math/rand.
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "runtime/native/support.h"

namespace gocheck::native {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Go's NaN: the payload is visible through Float64bits.
const double kNaN = std::bit_cast<double>(uint64_t{0x7FF8000000000001});

template <auto function>
bool unary(Call& call) {
  call.return_f64(0, function(call.f64(0)));
  return true;
}
template <auto function>
bool binary(Call& call) {
  call.return_f64(0, function(call.f64(0), call.f64(1)));
  return true;
}

double logb_of(double x) { return x == 0 ? -kInfinity : std::isinf(x) ? kInfinity : std::logb(x); }
double maximum(double x, double y) {
  if (std::isinf(x) || std::isinf(y)) {
    if (x == kInfinity || y == kInfinity) return kInfinity;
  }
  if (std::isnan(x) || std::isnan(y)) return kNaN;
  if (x == 0 && y == 0) return std::signbit(x) ? y : x;
  return x > y ? x : y;
}
double minimum(double x, double y) {
  if (x == -kInfinity || y == -kInfinity) return -kInfinity;
  if (std::isnan(x) || std::isnan(y)) return kNaN;
  if (x == 0 && y == 0) return std::signbit(x) ? x : y;
  return x < y ? x : y;
}
double difference(double x, double y) {
  const double d = x - y;
  return d <= 0 ? 0 : d;
}

// Inverse of erf: a first guess (Winitzki 2008) and Newton's method, by erfc where erf is close to 1.
double inverse_erf(double x) {
  if (std::isnan(x) || x < -1 || x > 1) return kNaN;
  if (x == 1 || x == -1) return x * kInfinity;
  if (std::fabs(x) < 1e-9) return x * (std::sqrt(M_PI) / 2);  // the next term is of the third order
  const double w = -std::log((1 - x) * (1 + x));
  const double a = 2 / (M_PI * 0.147) - w / 2;
  double y = std::copysign(std::sqrt(std::sqrt(a * a + w / 0.147) - a), x);
  for (int i = 0; i < 4; ++i) {
    const double error = x > 0.5 ? (1 - x) - std::erfc(y) : std::erf(y) - x;
    y -= error / (2 / std::sqrt(M_PI) * std::exp(-y * y));
  }
  return y;
}

double next_after(double x, double y) {
  if (std::isnan(x) || std::isnan(y)) return kNaN;
  return x == y ? x : std::nextafter(x, y);
}

bool frexp_parts(Call& call) {
  const double x = call.f64(0);
  int exponent = 0;
  call.return_f64(0, std::isfinite(x) ? std::frexp(x, &exponent) : x);
  call.results[1] = static_cast<Slot>(int64_t{exponent});
  return true;
}

bool modf_parts(Call& call) {
  const double x = call.f64(0);
  double whole = 0;
  double fraction = std::modf(x, &whole);
  if (std::isinf(x)) fraction = kNaN;
  call.return_f64(0, whole);
  call.return_f64(1, fraction);
  return true;
}

bool log_gamma(Call& call) {
  int sign = 1;
  const double x = call.f64(0);
  call.return_f64(0, x == -kInfinity ? x : ::lgamma_r(x, &sign));
  call.results[1] = static_cast<Slot>(int64_t{std::isfinite(x) && x != 0 && sign < 0 ? -1 : 1});
  return true;
}

bool is_infinite(Call& call) {
  const double x = call.f64(0);
  const int64_t sign = integer(call, 1);
  call.results[0] = (sign >= 0 && x == kInfinity) || (sign <= 0 && x == -kInfinity);
  return true;
}

double gamma_of(double x) { return x == -kInfinity || (x < 0 && x == std::floor(x)) ? kNaN : std::tgamma(x); }

int64_t exponent_of(double x) {
  if (x == 0) return std::numeric_limits<int32_t>::min();
  if (!std::isfinite(x)) return std::numeric_limits<int32_t>::max();
  return std::ilogb(x);
}

double power_of_ten(int64_t n) {
  if (n < -323) return 0;
  if (n > 308) return kInfinity;
  return std::strtod(("1e" + std::to_string(n)).c_str(), nullptr);
}

// SplitMix64 (Steele, Lea, Flood 2014), one sequence for all threads.
uint64_t random_bits() {
  static std::atomic<uint64_t> state = [] {
    std::random_device device;
    return uint64_t{device()} << 32 | device();
  }();
  uint64_t z = state.fetch_add(0x9e3779b97f4a7c15, std::memory_order_relaxed);
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

uint64_t reversed(uint64_t x) {
  uint64_t result = 0;
  for (int i = 0; i < 64; ++i, x >>= 1) result = result << 1 | (x & 1);
  return result;
}

constexpr std::array kEntries = {
    NativeEntry{"math.Sqrt", unary<[](double x) { return std::sqrt(x); }>},
    NativeEntry{"math.Floor", unary<[](double x) { return std::floor(x); }>},
    NativeEntry{"math.Ceil", unary<[](double x) { return std::ceil(x); }>},
    NativeEntry{"math.Trunc", unary<[](double x) { return std::trunc(x); }>},
    NativeEntry{"math.Round", unary<[](double x) { return std::round(x); }>},
    NativeEntry{"math.RoundToEven", unary<[](double x) { return std::nearbyint(x); }>},
    NativeEntry{"math.Exp", unary<[](double x) { return std::exp(x); }>},
    NativeEntry{"math.Exp2", unary<[](double x) { return std::exp2(x); }>},
    NativeEntry{"math.Expm1", unary<[](double x) { return std::expm1(x); }>},
    NativeEntry{"math.Log1p", unary<[](double x) { return x < -1 ? kNaN : std::log1p(x); }>},
    NativeEntry{"math.largeSin", unary<[](double x) { return std::sin(x); }>},
    NativeEntry{"math.largeCos", unary<[](double x) { return std::cos(x); }>},
    NativeEntry{"math.largeTan", unary<[](double x) { return std::tan(x); }>},
    NativeEntry{"math.Sinh", unary<[](double x) { return std::sinh(x); }>},
    NativeEntry{"math.Cosh", unary<[](double x) { return std::cosh(x); }>},
    NativeEntry{"math.Tanh", unary<[](double x) { return std::tanh(x); }>},
    NativeEntry{"math.Asinh", unary<[](double x) { return std::asinh(x); }>},
    NativeEntry{"math.Acosh", unary<[](double x) { return std::acosh(x); }>},
    NativeEntry{"math.Atanh", unary<[](double x) { return std::atanh(x); }>},
    NativeEntry{"math.Gamma", unary<gamma_of>},
    NativeEntry{"math.Erf", unary<[](double x) { return std::erf(x); }>},
    NativeEntry{"math.Erfc", unary<[](double x) { return std::erfc(x); }>},
    NativeEntry{"math.Erfinv", unary<inverse_erf>},
    NativeEntry{"math.J0", unary<[](double x) { return ::j0(x); }>},
    NativeEntry{"math.J1", unary<[](double x) { return x == 0 || std::isinf(x) ? 0 : ::j1(x); }>},
    NativeEntry{"math.Y0", unary<[](double x) { return x < 0 ? kNaN : ::y0(x); }>},
    NativeEntry{"math.Y1", unary<[](double x) { return x < 0 ? kNaN : ::y1(x); }>},
    NativeEntry{"math.Logb", unary<logb_of>},
    NativeEntry{"math.Abs", unary<[](double x) { return std::fabs(x); }>},
    NativeEntry{"math.Mod", binary<[](double x, double y) { return std::fmod(x, y); }>},
    NativeEntry{"math.Remainder", binary<[](double x, double y) { return std::remainder(x, y); }>},
    NativeEntry{"math.Max", binary<maximum>},
    NativeEntry{"math.Min", binary<minimum>},
    NativeEntry{"math.Dim", binary<difference>},
    NativeEntry{"math.Copysign", binary<[](double x, double y) { return std::copysign(x, y); }>},
    NativeEntry{"math.Nextafter", binary<next_after>},
    NativeEntry{"math.FMA", [](Call& c) {
      c.return_f64(0, std::fma(c.f64(0), c.f64(1), c.f64(2)));
      return true;
    }},
    NativeEntry{"math.Ldexp", [](Call& c) {
      c.return_f64(0, std::ldexp(c.f64(0), static_cast<int>(std::clamp<int64_t>(integer(c, 1), -5000, 5000))));
      return true;
    }},
    NativeEntry{"math.Frexp", frexp_parts},
    NativeEntry{"math.Modf", modf_parts},
    NativeEntry{"math.Lgamma", log_gamma},
    NativeEntry{"math.Ilogb", [](Call& c) {
      c.results[0] = static_cast<Slot>(exponent_of(c.f64(0)));
      return true;
    }},
    NativeEntry{"math.Jn", [](Call& c) {
      const double x = c.f64(1);
      const double value = ::jn(static_cast<int>(c.args[0]), x);
      c.return_f64(0, x == 0 || std::isinf(x) ? std::fabs(value) : value);  // no zero is negative
      return true;
    }},
    NativeEntry{"math.Yn", [](Call& c) {
      c.return_f64(0, c.f64(1) < 0 ? kNaN : ::yn(static_cast<int>(c.args[0]), c.f64(1)));
      return true;
    }},
    NativeEntry{"math.Float64bits", [](Call& c) {
      c.results[0] = c.args[0];
      return true;
    }},
    NativeEntry{"math.Float64frombits", [](Call& c) {
      c.results[0] = c.args[0];
      return true;
    }},
    NativeEntry{"math.Float32bits", [](Call& c) {
      c.results[0] = c.args[0];
      return true;
    }},
    NativeEntry{"math.Float32frombits", [](Call& c) {
      c.results[0] = c.args[0];
      return true;
    }},
    NativeEntry{"math.Nextafter32", [](Call& c) {
      const auto x = std::bit_cast<float>(static_cast<uint32_t>(c.args[0]));
      const auto y = std::bit_cast<float>(static_cast<uint32_t>(c.args[1]));
      c.results[0] = std::bit_cast<uint32_t>(std::nextafter(x, y));
      return true;
    }},
    NativeEntry{"math.Inf", [](Call& c) {
      c.return_f64(0, integer(c, 0) >= 0 ? kInfinity : -kInfinity);
      return true;
    }},
    NativeEntry{"math.NaN", [](Call& c) {
      c.return_f64(0, kNaN);
      return true;
    }},
    NativeEntry{"math.IsInf", is_infinite},
    NativeEntry{"math.IsNaN", [](Call& c) {
      c.results[0] = std::isnan(c.f64(0));
      return true;
    }},
    NativeEntry{"math.Signbit", [](Call& c) {
      c.results[0] = c.args[0] >> 63;
      return true;
    }},
    NativeEntry{"math.pow10", [](Call& c) {
      c.return_f64(0, power_of_ten(integer(c, 0)));
      return true;
    }},
    NativeEntry{"math/bits.LeadingZeros64", [](Call& c) {
      c.results[0] = std::countl_zero(c.args[0]);
      return true;
    }},
    NativeEntry{"math/bits.TrailingZeros64", [](Call& c) {
      c.results[0] = std::countr_zero(c.args[0]);
      return true;
    }},
    NativeEntry{"math/bits.OnesCount64", [](Call& c) {
      c.results[0] = std::popcount(c.args[0]);
      return true;
    }},
    NativeEntry{"math/bits.Reverse64", [](Call& c) {
      c.results[0] = reversed(c.args[0]);
      return true;
    }},
    NativeEntry{"math/bits.ReverseBytes64", [](Call& c) {
      c.results[0] = __builtin_bswap64(c.args[0]);
      return true;
    }},
    NativeEntry{"math/bits.Mul64", [](Call& c) {
      const auto product = static_cast<unsigned __int128>(c.args[0]) * c.args[1];
      c.results[0] = static_cast<Slot>(product >> 64);
      c.results[1] = static_cast<Slot>(product);
      return true;
    }},
    NativeEntry{"math/bits.div64", [](Call& c) {
      const auto dividend = static_cast<unsigned __int128>(c.args[0]) << 64 | c.args[1];
      const Slot divisor = c.args[2];
      c.results[0] = static_cast<Slot>(dividend / divisor);
      c.results[1] = static_cast<Slot>(dividend % divisor);
      return true;
    }},
    NativeEntry{"math/rand.random64", [](Call& c) {
      c.results[0] = c.executor.controlled() ? 0x5851f42d4c957f2d : random_bits();
      return true;
    }},
    NativeEntry{"math/rand.logarithm", unary<[](double x) { return std::log(x); }>},
    NativeEntry{"math/rand.squareRoot", unary<[](double x) { return std::sqrt(x); }>},
};

}  // namespace

std::span<const NativeEntry> math_natives() { return kEntries; }

}  // namespace gocheck::native
