#include "harness/json_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "harness/json_text.hpp"
#include "harness/looks_like.hpp"

namespace perfgate::harness {
namespace {

constexpr std::size_t small_buffer = 256 * 1024;  // stays in a second-level cache
constexpr std::size_t large_buffer = 2 * 1024 * 1024;
constexpr std::size_t padding = 128;  // more than any simdjson asks for
constexpr std::size_t member_limit = 64 * 1024;
constexpr std::size_t head_limit = 4096;
constexpr std::size_t search_limit = 64 * 1024 * 1024;  // so much may stand before a document
constexpr int end_of_text = -1;

bool is_space(int c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::size_t count_lines(const char* text, std::size_t size) {
  // In blocks whose count fits a byte: so it is vectorised well.
  std::size_t count = 0;
  while (size > 0) {
    const std::size_t block = std::min<std::size_t>(size, 255);
    unsigned char in_block = 0;
    for (std::size_t i = 0; i < block; ++i)
      in_block = static_cast<unsigned char>(in_block + (text[i] == '\n'));
    count += in_block;
    text += block;
    size -= block;
  }
  return count;
}

/// The unread part of the text that is in memory. One byte before it is always writable.
class Window {
 public:
  explicit Window(Document& document) : document_(document) { resize(small_buffer); }

  /// The unread text in memory, padded.
  std::string_view text() const { return {buffer_.data() + begin_, end_ - begin_}; }
  char* data() { return buffer_.data() + begin_; }

  /// Reads on; false at the end of the text, or where the window is at its largest.
  bool more() {
    if (ended_) return false;
    if (begin_ > 1) {
      std::memmove(buffer_.data() + 1, buffer_.data() + begin_, end_ - begin_);
      end_ = end_ - begin_ + 1;
      begin_ = 1;
    }
    const std::size_t limit = buffer_.size() - padding;
    if (end_ == limit) {
      if (limit >= large_buffer) return false;
      resize(std::min(large_buffer, limit * 2));
      return more();
    }
    const Result<std::size_t> count =
        document_.read(std::span(buffer_.data() + end_, limit - end_));
    if (!count) {
      error_ = count.error();
    } else if (*count > 0) {
      end_ += *count;
      return true;
    }
    ended_ = true;
    return false;
  }
  /// Reads on until the window is full: larger batches cost less.
  void fill() {
    while ((begin_ > 1 || end_ < buffer_.size() - padding) && more()) {
    }
  }
  /// Makes the window larger where it is full, and fills it; false where there is no more to read.
  bool grow() {
    if (!more()) return false;
    fill();
    return true;
  }

  int peek() {
    if (begin_ == end_ && !more()) return end_of_text;
    return static_cast<unsigned char>(buffer_[begin_]);
  }
  int peek_after_space() {
    while (is_space(peek())) take(1);
    return peek();
  }
  void take(std::size_t size) {
    lines_ += count_lines(buffer_.data() + begin_, size);
    offset_ += size;
    begin_ += size;
  }

  bool ended() const { return ended_; }
  std::size_t line() const { return lines_ + 1; }
  std::size_t offset() const { return offset_; }
  const std::optional<Error>& error() const { return error_; }  ///< of the document's read

 private:
  void resize(std::size_t limit) { buffer_.resize(limit + padding); }

  Document& document_;
  std::vector<char> buffer_;
  std::size_t begin_ = 1, end_ = 1;
  std::size_t lines_ = 0, offset_ = 0;
  bool ended_ = false;
  std::optional<Error> error_;
};

/// The size of the rows at the start of the text, up to the last that seems to be complete: a `}`
/// before a `,` or `]`. That can also stand inside a row: the reader of the rows finds out.
std::size_t complete_rows_size(std::string_view text) {
  for (std::size_t end = text.size(); end > 0;) {
    const std::size_t brace = text.rfind('}', end - 1);
    if (brace == std::string_view::npos) return 0;
    std::size_t next = brace + 1;
    while (next < text.size() && is_space(text[next])) ++next;
    if (next < text.size() && (text[next] == ',' || text[next] == ']')) return brace + 1;
    end = brace;
  }
  return 0;
}

class Reader {
 public:
  Reader(Document& document, const RowsFormat& format, const RowHandlers& handlers)
      : name_(document.name), format_(format), handlers_(handlers), window_(document) {}

  Result<void> read() {
    window_.fill();
    head_ = window_.text().substr(0, head_limit);
    while (find_object()) {
      CHECKED(read_object());
      if (window_.error()) break;
    }
    if (window_.error()) return std::unexpected(*window_.error());
    if (documents_ > 0) return {};
    return wrong_format(name_, format_.what, head_, std::string(format_.hint));
  }

 private:
  Error truncated(std::string_view where) const {
    return {.code = Code::parse,
            .message = fmt::format("{}: line {}, byte {}: truncated: the text ends inside {}",
                                   name_, window_.line(), window_.offset(), where),
            .hint =
                "the program may have crashed or been stopped while it wrote; run it again, "
                "and look at its own messages"};
  }
  Error malformed(std::string_view wanted) {
    while (window_.text().size() < 20 && window_.more()) {
    }
    return {.code = Code::parse,
            .message = fmt::format("{}: line {}, byte {}: {} is expected here, not `{}`", name_,
                                   window_.line(), window_.offset(), wanted,
                                   safe_text(window_.text().substr(0, 20), 20)),
            .hint = std::string(format_.hint)};
  }
  /// After something unexpected in a JSON object: an error where it is the document or could be;
  /// otherwise it is passed over, and read() looks on from here.
  Result<void> broken(Error error) {
    if (window_.error()) return std::unexpected(*window_.error());
    const bool ends = window_.peek() == end_of_text;
    const std::string_view seems = looks_like(head_);
    const bool could_be = seems == format_.what || (ends && seems.empty());
    if (in_rows_document_ || (documents_ == 0 && could_be))
      return std::unexpected(std::move(error));
    return {};
  }

  /// Goes to the next `{` that begins a line and an object; false at the end of the text.
  bool find_object() {
    bool line_begins = window_.offset() == 0;
    while (true) {
      const int c = window_.peek();
      if (c == end_of_text || (documents_ == 0 && window_.offset() > search_limit)) return false;
      if (c == '{' && line_begins) {
        std::size_t next = 1;
        while (true) {
          const std::string_view text = window_.text();
          while (next < text.size() && is_space(text[next])) ++next;
          if (next < text.size() || !window_.more()) break;
        }
        const std::string_view text = window_.text();
        if (next >= text.size() || text[next] == '"' || text[next] == '}') return true;
      }
      // White space, and the bytes of a byte order mark, may stand before it.
      line_begins = c == '\n' || c == '}' || (line_begins && (is_space(c) || c >= 0xBB));
      window_.take(1);
    }
  }

  Result<void> read_object() {
    in_rows_document_ = false;
    window_.take(1);
    for (bool first = true;; first = false) {
      int c = window_.peek_after_space();
      if (c == ',' && !first) {
        window_.take(1);
        c = window_.peek_after_space();
      }
      if (c == '}') {
        window_.take(1);
        return {};
      }
      if (c == end_of_text) return broken(truncated("the document"));
      if (c != '"') return broken(malformed("a key or `}`"));
      const std::optional<std::string> key = take_value();
      if (window_.peek_after_space() == end_of_text) return broken(truncated("the document"));
      if (window_.peek() != ':') return broken(malformed("`:`"));
      window_.take(1);
      if (window_.peek_after_space() == end_of_text) return broken(truncated("the document"));
      if (key == '"' + std::string(format_.rows) + '"' && window_.peek() == '[') {
        window_.take(1);
        if (!in_rows_document_) {
          in_rows_document_ = true;
          ++documents_;
          handlers_.begin();
        }
        CHECKED(read_rows());
        continue;
      }
      const std::size_t before = window_.offset();
      const std::optional<std::string> value = take_value();
      if (window_.offset() == before) return broken(malformed("a value"));
      if (window_.ended() && window_.text().empty())
        return broken(truncated(fmt::format("`{}`", trim_quotes(key))));
      if (key && value) CHECKED(handlers_.member(trim_quotes(key), *value));
    }
  }

  static std::string trim_quotes(const std::optional<std::string>& key) {
    return key && key->size() >= 2 ? key->substr(1, key->size() - 2) : "?";
  }

  /// Takes any JSON value however large; nothing where it is larger than a member may be, or the
  /// text ends inside it.
  std::optional<std::string> take_value() {
    std::string value;
    std::size_t depth = 0;
    bool in_string = false, escaped = false;
    while (true) {
      const int c = window_.peek();
      if (c == end_of_text) return std::nullopt;
      bool last = false;
      if (in_string) {
        if (!escaped && c == '"') {
          in_string = false;
          last = depth == 0;
        }
        escaped = !escaped && c == '\\';
      } else if (c == '"') {
        in_string = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (depth == 0 && (c == ',' || c == '}' || c == ']' || c == ':' || is_space(c))) {
        return value;  // a number or a word ends before this
      } else if (c == '}' || c == ']') {
        last = --depth == 0;
      }
      if (value.size() <= member_limit) value += static_cast<char>(c);
      window_.take(1);
      if (last) break;
    }
    if (value.size() > member_limit) return std::nullopt;
    return value;
  }

  Result<void> read_rows() {
    rows_ = 0;
    while (true) {
      int c = window_.peek_after_space();
      if (c == ',' && rows_ > 0) {
        window_.take(1);
        c = window_.peek_after_space();
      }
      if (c == ']') {
        window_.take(1);
        return {};
      }
      if (c == end_of_text) {
        if (window_.error()) return std::unexpected(*window_.error());
        return std::unexpected(truncated(after_rows()));
      }
      window_.fill();
      const std::size_t size = complete_rows_size(window_.text());
      if (size == 0) {  // odd rows: all that is in the window, so that it is not searched for each
        CHECKED(read_rows_singly(window_.offset() + window_.text().size()));
        continue;
      }
      TRY(const RowsRead read, read_batch(size));
      if (read.end == RowsRead::End::array_closed) return {};
      // Where one row is odd, its neighbours often are: the rest of the batch goes row by row.
      const std::size_t batch_end = window_.offset() + size - (read.size - 1);
      if (read.end == RowsRead::End::refused) CHECKED(read_rows_singly(batch_end));
    }
  }

  /// Hands on the first `size` bytes as an array, in place: the byte before them has been read
  /// already, and the byte after them is put back.
  Result<RowsRead> read_batch(std::size_t size) {
    char* const rows = window_.data();
    const char before = std::exchange(rows[-1], '[');
    const char after = std::exchange(rows[size], ']');
    Result<RowsRead> read = handlers_.rows({rows - 1, size + 2});
    rows[-1] = before;
    rows[size] = after;
    if (!read) return read;
    rows_ += read->rows;
    if (read->end == RowsRead::End::all) read->size = size + 1;
    window_.take(read->size - 1);
    return read;
  }

  Result<void> read_rows_singly(std::size_t batch_end) {
    while (window_.offset() < batch_end) {
      int c = window_.peek_after_space();
      if (c == ',') {
        window_.take(1);
        c = window_.peek_after_space();
      }
      if (c == ']' || c == end_of_text || window_.offset() >= batch_end) return {};
      CHECKED(read_row());
    }
    return {};
  }

  Result<void> read_row() {
    std::size_t size = json_value_size(window_.text());
    while (size == std::string_view::npos && window_.grow()) size = json_value_size(window_.text());
    if (window_.error()) return std::unexpected(*window_.error());
    ++rows_;
    const std::string where = fmt::format("{}: row {} (line {})", name_, rows_, window_.line());
    if (size == std::string_view::npos && !window_.ended())
      return fail(Code::parse, where + ": a row larger than 2 MiB",
                  "a row of " + std::string(format_.what) + " has some hundred bytes");
    if (size == std::string_view::npos) {
      --rows_;
      window_.take(window_.text().size());
      return std::unexpected(truncated(after_rows()));
    }
    if (size == 0) return std::unexpected(malformed("a row"));
    CHECKED(handlers_.row(window_.text().substr(0, size), where));
    window_.take(size);
    return {};
  }

  std::string after_rows() const {
    return fmt::format("`{}`, after {}", format_.rows, counted(rows_, "complete row"));
  }

  const std::string& name_;
  const RowsFormat& format_;
  const RowHandlers& handlers_;
  Window window_;
  std::string head_;  // how the text begins, for messages
  std::size_t documents_ = 0, rows_ = 0;
  bool in_rows_document_ = false;
};

}  // namespace

Result<void> read_json_rows(Document& document, const RowsFormat& format,
                            const RowHandlers& handlers) {
  return Reader(document, format, handlers).read();
}

}  // namespace perfgate::harness
