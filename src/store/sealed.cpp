#include "store/sealed.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/parallel.hpp"
#include "store/log.hpp"
#include "store/zstd_frame.hpp"

namespace perfgate::store {
namespace {

constexpr std::size_t frame_size = 1 << 20;
constexpr int level = 6;
constexpr std::uint32_t content_magic = 0x184D2A5D;     // a skippable frame of our own
constexpr std::uint32_t seek_table_magic = 0x184D2A5E;  // the seekable format's
constexpr std::uint32_t seekable_magic = 0x8F92EAB1;
constexpr std::uint32_t most_unpacked = std::uint32_t{1} << 31;
constexpr std::uint64_t most_ratio = 32'768;  // zstd's best: 128 KiB of one byte in a block of 4
constexpr std::string_view schema = "perfgate.sealed/1";

std::string little_endian(std::uint32_t value) {
  std::string bytes;
  for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::uint32_t from_little_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i)
    value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return value;
}

std::string skippable(std::uint32_t magic, std::string_view content) {
  return little_endian(magic) + little_endian(static_cast<std::uint32_t>(content.size())) +
         std::string(content);
}

std::unexpected<Error> no_sealed_month(const std::string& path, std::string_view what) {
  return fail(Code::store, fmt::format("{}: the sealed month is damaged: {}", path, what),
              "restore the file from a copy, or move it aside; nothing was changed");
}

Result<SealedContent> read_content(std::string_view text, const std::string& path) {
  TRY(const nlohmann::json json, parse_json(text, path, Code::store));
  const auto integer = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : -1;
  };
  const auto text_of = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
  };
  if (!json.is_object() || !text_of("schema").starts_with("perfgate.sealed/"))
    return no_sealed_month(path, "it does not say what it holds");
  if (text_of("schema") != schema)
    return fail(
        Code::store,
        fmt::format("{}: it is of {}, which this version does not know", path, text_of("schema")),
        "use the newer perfgate that wrote it");
  SealedContent content{.records = integer("records"),
                        .first = integer("first"),
                        .last = integer("last"),
                        .prev = text_of("prev"),
                        .head = text_of("head"),
                        .bytes = static_cast<std::uint64_t>(integer("bytes")),
                        .sha256 = text_of("sha256")};
  if (content.records < 0 || content.first < 0 || content.last < 0 || integer("bytes") < 0)
    return no_sealed_month(path, "what it says of itself is not complete");
  return content;
}

std::string write_content(const SealedContent& content) {
  return fmt::format(
      R"({{"schema":"{}","records":{},"first":{},"last":{},"prev":"{}","head":"{}","bytes":{},"sha256":"{}"}})",
      schema, content.records, content.first, content.last, content.prev, content.head,
      content.bytes, content.sha256);
}

}  // namespace

Result<SealedFile> SealedFile::open(int fd, const std::string& path) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return sys::io_error("reading", path, errno);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  std::string footer(9, '\0');
  if (size < 9 + 8) return no_sealed_month(path, "it is too short");
  CHECKED(sys::read_part(fd, path, size - 9, footer));
  if (from_little_endian(footer, 5) != seekable_magic || footer[4] != 0)
    return no_sealed_month(path, "it does not end in a seek table");
  const std::uint64_t count = from_little_endian(footer, 0);
  const std::uint64_t table_size = 8 + count * 8 + 9;
  if (count == 0 || table_size > size) return no_sealed_month(path, "its seek table is cut off");
  std::string table(table_size, '\0');
  CHECKED(sys::read_part(fd, path, size - table_size, table));
  if (from_little_endian(table, 0) != seek_table_magic ||
      from_little_endian(table, 4) != table_size - 8)
    return no_sealed_month(path, "its seek table is none");
  SealedFile sealed;
  std::uint64_t packed_at = 0, at = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const Frame frame{.packed_at = packed_at,
                      .at = at,
                      .packed_size = from_little_endian(table, 8 + i * 8),
                      .size = from_little_endian(table, 12 + i * 8)};
    packed_at += frame.packed_size;
    at += frame.size;
    if (frame.size > most_unpacked || frame.size > most_ratio * frame.packed_size)
      return no_sealed_month(path, "its seek table is none");
    sealed.frames_.push_back(frame);
  }
  // The last one is no frame of lines but what the file says of itself.
  const Frame last = sealed.frames_.back();
  sealed.frames_.pop_back();
  if (packed_at != size - table_size || last.size != 0 || last.packed_size < 8)
    return no_sealed_month(path, "its seek table does not fit its size");
  std::string text(last.packed_size, '\0');
  CHECKED(sys::read_part(fd, path, last.packed_at, text));
  if (from_little_endian(text, 0) != content_magic ||
      from_little_endian(text, 4) != last.packed_size - 8)
    return no_sealed_month(path, "it does not say what it holds");
  TRY(sealed.content_, read_content(std::string_view(text).substr(8), path));
  if (sealed.content_.bytes != at)
    return no_sealed_month(path, "its seek table and what it says of itself differ");
  return sealed;
}

std::size_t SealedFile::frame_of(std::uint64_t offset) const {
  const auto after = std::ranges::upper_bound(frames_, offset, {}, &Frame::at);
  return static_cast<std::size_t>(after - frames_.begin()) - 1;
}

Result<void> SealedFile::unpack(int fd, const std::string& path, std::size_t number,
                                std::string& lines) const {
  const Frame& frame = frames_[number];
  std::string packed(frame.packed_size, '\0');
  CHECKED(sys::read_part(fd, path, frame.packed_at, packed));
  if (const auto read = read_zstd_frame(packed, frame.size, lines); !read)
    return no_sealed_month(path, fmt::format("frame {}: {}", number + 1, read.error().message));
  return {};
}

Result<SealedContent> seal(const std::string& plain, SealedContent content,
                           const std::string& sealed, const Progress& progress,
                           const sys::Disk& disk) {
  TRY(MonthReader reader, MonthReader::open(plain));
  TRY(sys::AtomicFile out, sys::AtomicFile::create(sealed, sys::Durable::yes, disk));
  Sha256 digest;
  std::string table;
  std::uint32_t frames = 0;
  const auto add_to_table = [&](std::size_t packed, std::size_t lines) {
    table += little_endian(static_cast<std::uint32_t>(packed)) +
             little_endian(static_cast<std::uint32_t>(lines));
    ++frames;
  };
  for (std::uint64_t at = 0, wanted = 2 * frame_size * processors(); at < content.bytes;) {
    TRY(const std::string_view bytes, reader.read(at, std::min(wanted, content.bytes - at)));
    std::vector<std::string_view> pieces;
    std::size_t done = 0;
    while (done < bytes.size()) {
      // Up to the last newline of a MiB, or the first beyond it where a line is longer.
      const std::string_view rest = bytes.substr(done);
      std::size_t newline =
          rest.size() <= frame_size ? rest.rfind('\n') : rest.substr(0, frame_size).rfind('\n');
      if (newline == rest.npos) newline = rest.find('\n');
      if (newline == rest.npos) break;
      pieces.push_back(rest.substr(0, newline + 1));
      done += newline + 1;
    }
    if (pieces.empty() && bytes.size() == content.bytes - at)
      return fail(Code::store, fmt::format("{}: its last line is incomplete", plain));
    if (pieces.empty()) {
      wanted *= 2;
      continue;
    }
    std::vector<std::string> packed(pieces.size());
    CHECKED(parallel_for(pieces.size(), processors(), [&](std::size_t i) -> Result<void> {
      TRY(packed[i], zstd_frame(pieces[i], level));
      return {};
    }));
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      digest.add(pieces[i]);
      add_to_table(packed[i].size(), pieces[i].size());
      CHECKED(out.write(packed[i]));
    }
    at += done;
    if (progress) progress(at, content.bytes);
  }
  content.sha256 = digest.hex();
  const std::string about = skippable(content_magic, write_content(content));
  add_to_table(about.size(), 0);
  table += little_endian(frames) + std::string(1, '\0') + little_endian(seekable_magic);
  CHECKED(out.write(about));
  CHECKED(out.write(skippable(seek_table_magic, table)));
  CHECKED(out.commit());
  return content;
}

Result<void> check_content(const SealedContent& said, const SealedContent& found,
                           const std::string& path) {
  if (found.sha256 != said.sha256)
    return no_sealed_month(path, "its lines do not have the digest that it carries");
  if (found != said) return no_sealed_month(path, "it does not hold the records that it says");
  return {};
}

Result<void> verify_sealed(const std::string& sealed, const Progress& progress) {
  TRY(MonthReader reader, MonthReader::open(sealed));
  const SealedContent said = *reader.content();
  SealedContent found{.first = said.first, .prev = said.prev};
  Link link{.seq = said.first - 1, .sha256 = said.prev};
  TRY(const ScanFrom end,
      scan_lines(reader, sealed, {}, said.bytes, [&](ScannedLine& line) -> Result<void> {
        if (!line.record) return std::unexpected(line.record.error());
        CHECKED(follow(link, *line.record));
        if (progress) progress(line.offset + line.length + 1, said.bytes);
        return {};
      }));
  TRY(found.sha256, digest_of(sealed));
  found.records = end.lines;
  found.bytes = end.offset;
  found.last = link.seq;
  found.head = link.sha256;
  return check_content(said, found, sealed);
}

Result<std::string> digest_of(const std::string& path) {
  TRY(MonthReader reader, MonthReader::open(path));
  Sha256 digest;
  for (std::uint64_t at = 0; at < reader.size();) {
    TRY(const std::string_view bytes,
        reader.read(at, std::min<std::uint64_t>(4 << 20, reader.size() - at)));
    digest.add(bytes);
    at += bytes.size();
  }
  return digest.hex();
}

}  // namespace perfgate::store
