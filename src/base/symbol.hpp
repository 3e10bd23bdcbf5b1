#pragma once
#include <compare>
#include <string>
#include <string_view>

namespace perfgate {

/// A short text that stands in many places (a suite's or metric's name): eight bytes each, the
/// characters once for the whole process. Equal text is the same pointer. Safe from any thread.
class Symbol {
 public:
  Symbol();
  explicit(false) Symbol(std::string_view text);
  explicit(false) Symbol(const char* text) : Symbol(std::string_view(text)) {}
  explicit(false) Symbol(const std::string& text) : Symbol(std::string_view(text)) {}

  const std::string& text() const { return *text_; }
  bool empty() const { return text_->empty(); }

  friend bool operator==(Symbol a, Symbol b) { return a.text_ == b.text_; }
  friend std::strong_ordering operator<=>(Symbol a, Symbol b) { return *a.text_ <=> *b.text_; }

 private:
  const std::string* text_;
};

}  // namespace perfgate
