#pragma once
// Errors as values: every function that can fail returns Result<T>, and TRY passes a failure up.

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "base/code.hpp"

namespace perfgate {

/// What went wrong. `message` says what was being done, to what (file, line, JSON pointer) and what
/// is wrong; `hint` says what to try. Neither ends in a newline.
struct Error {
  Code code;
  std::string message;
  std::string hint;

  bool operator==(const Error&) const = default;
};

template <class T>
using Result = std::expected<T, Error>;

/// `return fail(Code::parse, "bench.json: no real_time", "write it with --benchmark_format=json");`
inline std::unexpected<Error> fail(Code code, std::string message, std::string hint = {}) {
  return std::unexpected(
      Error{.code = code, .message = std::move(message), .hint = std::move(hint)});
}

/// The same error, said of something larger: "perfgate.toml: " + message.
inline std::unexpected<Error> within(std::string_view place, Error error) {
  error.message.insert(0, std::string(place) + ": ");
  return std::unexpected(std::move(error));
}

}  // namespace perfgate

#define PERFGATE_JOIN_(a, b) a##b
#define PERFGATE_JOIN(a, b) PERFGATE_JOIN_(a, b)
#define PERFGATE_TRY_(result, declaration, expression)            \
  auto result = (expression);                                     \
  if (!result) return std::unexpected(std::move(result).error()); \
  declaration = *std::move(result)

/// TRY(Run run, read_run(path)): declares `run`, or returns the error.
#define TRY(declaration, ...) \
  PERFGATE_TRY_(PERFGATE_JOIN(try_result_, __LINE__), declaration, (__VA_ARGS__))

/// CHECKED(write(file)): for Result<void>.
#define CHECKED(...)                                                                \
  do {                                                                              \
    auto checked_result = (__VA_ARGS__);                                            \
    if (!checked_result) return std::unexpected(std::move(checked_result).error()); \
  } while (false)
