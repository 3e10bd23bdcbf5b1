#pragma once
// A secret that is in memory only as long as it is needed, and written nowhere.

#include <initializer_list>
#include <string>
#include <string_view>

#include "sys/environment.hpp"

namespace perfgate::sys {

/// A secret text. Its memory is overwritten when it goes; it can be moved, never copied.
class Token {
 public:
  Token() = default;
  explicit Token(std::string text);
  Token(Token&& other) noexcept;
  Token& operator=(Token&& other) noexcept;
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;
  ~Token();

  bool empty() const { return text_.empty(); }
  std::string_view text() const { return text_; }

 private:
  std::string text_;
};

/// The value of the first of `names` that is set and not empty. All of them are then gone: from
/// `environment`, from the process's own environment (also as /proc shows it), and so from every
/// child's.
Token take_token(Environment& environment, std::initializer_list<std::string_view> names);

/// The text with `<token>` wherever it holds the token: as it stands, and in base64, also inside a
/// longer base64 text ("x-access-token:..." as git sends it).
std::string hide_token(std::string_view text, std::string_view token);

/// While it lives the process leaves no core file and cannot be looked into by others of the same
/// user.
class NoCore {
 public:
  NoCore();
  ~NoCore();
  NoCore(const NoCore&) = delete;
  NoCore& operator=(const NoCore&) = delete;

 private:
  int dumpable_;
  unsigned long long soft_limit_ = 0;
};

}  // namespace perfgate::sys
