#include "sys/token.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <utility>

namespace perfgate::sys {
namespace {

constexpr std::string_view placeholder = "<token>";

void wipe(std::string& text) {
  text.resize(text.capacity());
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

/// What the base64 form of any text that holds `token` after `before` other bytes (modulo 3) is
/// certain to hold.
Token base64_inside(std::string_view token, std::size_t before, bool for_urls) {
  const std::string_view digits =
      for_urls ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
               : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve(token.size() * 4 / 3 + 4);
  unsigned bits = 0;
  int count = 0;
  bool first = before != 0;  // the digit that holds bits of the byte before is not certain
  // Where the token begins in the group of three: its first digit boundary.
  count = before == 0 ? 0 : before == 1 ? 2 : 4;
  for (const char c : token) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    count += 8;
    while (count >= 6) {
      count -= 6;
      if (!std::exchange(first, false))
        text += digits[(bits >> static_cast<unsigned>(count)) & 63U];
    }
    bits &= (1U << static_cast<unsigned>(count)) - 1U;
  }
  return Token(std::move(text));
}

/// `text` with every `secret` replaced.
void hide(std::string& text, std::string_view secret) {
  if (secret.size() < 6) return;  // would match by chance
  for (std::size_t at = text.find(secret); at != text.npos;
       at = text.find(secret, at + placeholder.size()))
    text.replace(at, secret.size(), placeholder);
}

}  // namespace

Token::Token(std::string text) : text_(text) { wipe(text); }

Token::Token(Token&& other) noexcept : text_(std::move(other.text_)) {
  wipe(other.text_);  // a short text was copied
}

Token& Token::operator=(Token&& other) noexcept {
  std::swap(text_, other.text_);
  return *this;
}

Token::~Token() { wipe(text_); }

Token take_token(Environment& environment, std::initializer_list<std::string_view> names) {
  Token token;
  for (const std::string_view name : names) {
    if (const auto found = environment.find(name); found != environment.end()) {
      std::string value = std::move(found->second);
      wipe(found->second);
      environment.erase(found);
      if (token.empty())
        token = Token(std::move(value));
      else
        wipe(value);
    }
    // /proc/PID/environ shows these very bytes, also of a variable that was unset.
    const std::string variable(name);
    if (char* value = ::getenv(variable.c_str())) ::explicit_bzero(value, std::strlen(value));
    ::unsetenv(variable.c_str());
  }
  return token;
}

std::string hide_token(std::string_view text, std::string_view token) {
  std::string result(text);
  hide(result, token);
  for (const bool for_urls : {false, true})
    for (const std::size_t before : {0U, 1U, 2U})
      hide(result, base64_inside(token, before, for_urls).text());
  return result;
}

NoCore::NoCore() : dumpable_(::prctl(PR_GET_DUMPABLE)) {
  ::prctl(PR_SET_DUMPABLE, 0);
  rlimit limit{};
  ::getrlimit(RLIMIT_CORE, &limit);
  soft_limit_ = limit.rlim_cur;
  limit.rlim_cur = 0;
  ::setrlimit(RLIMIT_CORE, &limit);
}

NoCore::~NoCore() {
  rlimit limit{};
  ::getrlimit(RLIMIT_CORE, &limit);
  limit.rlim_cur = soft_limit_;
  ::setrlimit(RLIMIT_CORE, &limit);
  ::prctl(PR_SET_DUMPABLE, dumpable_);
}

}  // namespace perfgate::sys
