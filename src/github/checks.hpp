#pragma once
// The verdict beside a commit: a check run, or a commit status.

#include <cstdint>
#include <expected>
#include <string>

#include "github/client.hpp"

namespace perfgate::github {

struct CheckText {
  std::string conclusion;  ///< success, failure, neutral
  std::string title;       ///< one line
  std::string summary;     ///< Markdown, at most 65 535 bytes
};

/// A check run that is under way. It is completed in any case: as a failure, where nothing else
/// was said before it goes.
class CheckRun {
 public:
  /// `external_id` tells it from those of other runs. One call.
  static std::expected<CheckRun, Failure> begin(Client& client, const std::string& repository,
                                                const std::string& sha, const std::string& name,
                                                const std::string& external_id);
  CheckRun(CheckRun&& other) noexcept;
  CheckRun(const CheckRun&) = delete;
  CheckRun& operator=(const CheckRun&) = delete;
  CheckRun& operator=(CheckRun&&) = delete;
  ~CheckRun();

  /// One call; its answer is not waited for a second time where it fails.
  std::expected<void, Failure> complete(const CheckText& text);

 private:
  CheckRun(Client& client, std::string path) : client_(&client), path_(std::move(path)) {}
  Client* client_;
  std::string path_;
  bool done_ = false;
};

/// A commit status: success or failure, with a description of at most 140 characters.
std::expected<void, Failure> set_status(Client& client, const std::string& repository,
                                        const std::string& sha, const std::string& context,
                                        bool good, const std::string& description);

}  // namespace perfgate::github
