#pragma once
// One comment of ours on a pull request, whoever else publishes at the same time.

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "github/client.hpp"

namespace perfgate::github {

/// What the comment should become.
struct Wish {
  std::optional<std::string> body;  ///< absent: it stays as it is
  std::string why;                  ///< why it stays
};

struct Sticky {
  std::string repository;
  std::int64_t issue = 0;  ///< the pull request's number
  /// Whose comments are ours. One of somebody else is never touched, whatever it holds.
  std::string author = "github-actions[bot]";
  std::function<bool(std::string_view body)> is_ours;  ///< by the marker it begins with
  /// Given what our comments hold, the one that stays first; usually it is one or none. It is asked
  /// again after each write, and must then leave what it wished for.
  std::function<Wish(const std::vector<std::string>& bodies)> wish;
  Clock clock;
  /// Before what was written is looked at again; longer, where GitHub answers slowly: others must
  /// have done meanwhile what they had begun.
  std::chrono::milliseconds settle = std::chrono::milliseconds(1000);
};

struct Posted {
  std::string status;  ///< created, updated, unchanged
  std::string url;     ///< empty: there is none
  std::string why;     ///< why it is unchanged
  std::string author;  ///< who the token speaks for, where it is not `author`
};

/// Lists, then creates or updates. Finding and creating is not one step, so that afterwards it is
/// looked again: of several comments of ours the first stays, and what somebody else wrote into it
/// meanwhile is joined. In the plain case three calls.
std::expected<Posted, Failure> post(const Sticky& sticky, Client& client);

}  // namespace perfgate::github
