#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace perfgate {

/// Writes JSON piece by piece, so that a large document never stands in memory. Levels above
/// `pretty_levels` are indented, deeper ones stand on one line. Numbers are the shortest decimal that
/// reads back to the same double; one that is not finite becomes null.
class JsonWriter {
 public:
  using Sink = std::function<void(std::string_view)>;
  explicit JsonWriter(Sink sink, int pretty_levels = 0)
      : sink_(std::move(sink)), pretty_levels_(pretty_levels) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;
  ~JsonWriter() { flush(); }

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  void key(std::string_view name);

  void value(std::string_view text);
  void value(double number);
  void value(std::int64_t number);
  void value(bool truth);
  void null();
  void number(std::string_view literal);  ///< a number as its text says it: "571.0"

  void flush();

 private:
  void before_value();
  void begin(char bracket);
  void end(char bracket);
  void quote(std::string_view text);
  void escape(char32_t c);
  void new_line(std::size_t depth);

  Sink sink_;
  int pretty_levels_;
  std::string buffer_;
  std::vector<bool> has_items_;  // one per open bracket
  bool after_key_ = false;
};

}  // namespace perfgate
