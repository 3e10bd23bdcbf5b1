#pragma once
// What an answer that is no success means, and whether to ask again.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "github/client.hpp"

namespace perfgate::github {

struct Ruling {
  Failure failure;
  bool again = false;    ///< it may pass
  bool unknown = false;  ///< the server may have done what was asked
  /// How long to wait first, as the server asks; absent: as long as the caller finds right.
  std::optional<std::chrono::milliseconds> wait = {};
};

/// Of an answer that is not 2xx. `tries`: how many there were, with this one; `unix_now` stands in
/// where the answer has no Date.
Ruling rule(const Call& call, const sys::HttpResponse& response, int tries, std::int64_t unix_now);
/// Of no answer.
Ruling rule(const Call& call, const sys::HttpError& error);
/// Of a 2xx whose body is not what it should be.
Ruling rule_body(const Call& call, const sys::HttpResponse& response, std::string_view what);

/// "creating the comment: POST /repos/o/r/issues/7/comments: what".
Failure failure_of(const Call& call, Trouble trouble, std::string what, std::string hint = {},
                   int status = 0);

bool is_write(const Call& call);

}  // namespace perfgate::github
