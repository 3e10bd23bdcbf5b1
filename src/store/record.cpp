#include "store/record.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/hash.hpp"

namespace perfgate::store {
namespace {

std::string hash_of(std::string_view prev, std::int64_t seq, std::string_view body) {
  return Sha256().add(prev).add("\n").add(std::to_string(seq)).add("\n").add(body).hex();
}

/// A key without what would need escaping in JSON, and without `%`, which marks what was replaced.
std::string escaped(std::string_view key) {
  std::string text;
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '"' || c == '\\' || c == '%')
      text += fmt::format("%{:02x}", byte);
    else
      text += c;
  }
  return text;
}

std::string unescaped(std::string_view text) {
  std::string key;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    if (text[i] == '%' && i + 3 <= text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr ==
            text.data() + i + 3) {
      key += static_cast<char>(byte);
      i += 2;
    } else {
      key += text[i];
    }
  }
  return key;
}

/// Reads the fixed shape that to_line writes, piece by piece: the value itself may be megabytes,
/// and is parsed only by who wants it.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  bool until(char end, std::string_view& piece) {
    const std::size_t at = rest_.find(end);
    if (at == rest_.npos) return false;
    piece = rest_.substr(0, at);
    rest_.remove_prefix(at);
    return true;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace

std::string to_line(Record& record) {
  const std::string body = fmt::format(R"({{"kind":"{}","key":"{}","at":"{}","value":{}}})",
                                       perfgate::to_text(record.kind), escaped(record.key),
                                       perfgate::to_text(record.at), record.value);
  record.sha256 = hash_of(record.prev, record.seq, body);
  return fmt::format("{{\"seq\":{},\"prev\":\"{}\",\"sha256\":\"{}\",\"body\":{}}}\n", record.seq,
                     record.prev, record.sha256, body);
}

Result<Record> read_line(std::string_view line, std::string_view place) {
  const auto damaged = [&](std::string_view what) {
    return fail(Code::store, fmt::format("{}: the record is damaged: {}", place, what),
                "restore the file from a copy, or move it aside; nothing was changed");
  };
  Record record{.place = std::string(place)};
  Reader reader(line);
  std::string_view seq, prev, hash, kind, key, at;
  if (!reader.skip(R"({"seq":)") || !reader.until(',', seq) || !reader.skip(R"(,"prev":")") ||
      !reader.until('"', prev) || !reader.skip(R"(","sha256":")") || !reader.until('"', hash) ||
      !reader.skip(R"(","body":)") || !reader.rest().ends_with('}'))
    return damaged("it does not have the shape of a record");
  const std::string_view body = reader.rest().substr(0, reader.rest().size() - 1);
  const auto [end, error] = std::from_chars(seq.data(), seq.data() + seq.size(), record.seq);
  // "01" is the same number, but not what was written.
  if (error != std::errc() || end != seq.data() + seq.size() || std::to_string(record.seq) != seq)
    return damaged("its `seq` is no number");
  if (hash_of(prev, record.seq, body) != hash)
    return damaged("its content does not have the checksum that it carries");
  Reader inside(body);
  if (!inside.skip(R"({"kind":")") || !inside.until('"', kind) || !inside.skip(R"(","key":")") ||
      !inside.until('"', key) || !inside.skip(R"(","at":")") || !inside.until('"', at) ||
      !inside.skip(R"(","value":)"))
    return damaged("its body does not have the shape of a record's");
  // The first version called baselines promotions.
  const auto known = enum_from_text<Kind>(kind == "promotion" ? "baseline" : kind);
  if (!known)
    return fail(
        Code::store,
        fmt::format("{}: a record of kind `{}`, which this version does not know", place, kind),
        "use the newer perfgate that wrote it");
  record.kind = *known;
  TRY(record.at, time_from_text(at));
  record.prev = prev;
  record.sha256 = hash;
  record.key = unescaped(key);
  record.value = inside.rest().substr(0, inside.rest().size() - 1);
  return record;
}

}  // namespace perfgate::store
