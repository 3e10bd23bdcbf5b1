#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace perfgate {

/// Writes JSON piece by piece, so that a large document never stands in memory. Levels above
/// `pretty_levels` are indented, deeper ones stand on one line. Numbers are the shortest decimal
/// that reads back to the same double; one that is not finite becomes null.
class JsonWriter {
 public:
  using Sink = std::function<void(std::string_view)>;
  explicit JsonWriter(Sink sink, int pretty_levels = 0);
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
  char* room(std::size_t size);
  void put(char c);
  void put(std::string_view plain);

  Sink sink_;
  std::size_t pretty_levels_;
  std::unique_ptr<char[]> buffer_;
  std::size_t used_ = 0;
  std::string has_items_;  // one 0 or 1 per open bracket
  bool after_key_ = false;
};

}  // namespace perfgate
