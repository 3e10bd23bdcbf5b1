#include "decoder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "cp037.hpp"
#include "records.hpp"
#include "workloads.hpp"

using namespace mainframe;

namespace {

using Bytes = std::vector<std::uint8_t>;

Decoder decoder(const Layout& layout) {
  auto made = Decoder::of(layout);
  REQUIRE_MESSAGE(made, (made ? "" : made.error()));
  return *made;
}

/// The JSON text of a record of the one field `F`, or what was said against it.
std::string decoded(const Field& field, const Bytes& bytes) {
  Output output;
  const auto count = decoder(in_order({field})).decode(bytes, output);
  if (!count) return describe(count.error());
  REQUIRE(*count == 1);
  const std::string_view line = output.text();
  REQUIRE(line.starts_with("{\"F\":"));
  REQUIRE(line.ends_with("}\n"));
  return std::string(line.substr(5, line.size() - 7));
}

/// The same in the middle of a record long enough for the quick way.
std::string decoded_within(const Field& field, const Bytes& bytes) {
  const Layout layout = in_order({text("A", 9), field, text("Z", 9)});
  Bytes record(layout.record_length, cp037_space);
  std::ranges::copy(bytes, record.begin() + 9);
  Output output;
  const auto count = decoder(layout).decode(record, output);
  if (!count) return describe(count.error());
  const std::string_view line = output.text();
  REQUIRE(line.starts_with("{\"A\":\"\",\"F\":"));
  REQUIRE(line.ends_with(",\"Z\":\"\"}\n"));
  return std::string(line.substr(12, line.size() - 12 - 9));
}

std::string utf8(std::string_view latin1) {
  std::string text;
  for (char c : latin1) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | code >> 6);
      text += static_cast<char>(0x80 | (code & 0x3F));
    }
  }
  return text;
}

bool is_minus(const Value& value) { return value.sign == 0xB || value.sign == 0xD; }

/// What the decoder must write, in the plainest way: from the value, not from bytes.
std::string plainly(const Field& field, const Value& value) {
  if (field.kind == Kind::text) {
    std::string text = value.latin1;
    while (text.ends_with(' ')) text.pop_back();
    return nlohmann::json(utf8(text)).dump();
  }
  std::string digits = fmt::format("{:0{}}", value.magnitude, field.scale + 1);
  if (field.scale > 0) digits.insert(digits.end() - field.scale, '.');
  return fmt::format("{}{}", is_minus(value) && value.magnitude != 0 ? "-" : "", digits);
}

std::string plainly(const Layout& layout, const std::vector<Value>& values) {
  std::string line;
  for (std::size_t i = 0; i < values.size(); ++i) {
    line += fmt::format("{}\"{}\":{}", line.empty() ? '{' : ',', layout.fields[i].name,
                        plainly(layout.fields[i], values[i]));
  }
  return line + "}\n";
}

}  // namespace

TEST_CASE("code page 037 maps the 256 bytes to the 256 characters of Latin-1") {
  const std::set<std::uint8_t> characters(cp037.begin(), cp037.end());
  CHECK(characters.size() == 256);
  for (unsigned byte = 0; byte < 256; ++byte) CHECK(cp037_byte[cp037[byte]] == byte);
}

TEST_CASE("code page 037 is the one of IBM") {
  const auto character = [](std::uint8_t byte) { return static_cast<char>(cp037[byte]); };
  CHECK(character(0x40) == ' ');
  CHECK(character(0x4B) == '.');
  CHECK(character(0x50) == '&');
  CHECK(character(0x5B) == '$');
  CHECK(character(0x7C) == '@');
  CHECK(character(0x7F) == '"');
  CHECK(character(0xE0) == '\\');
  // Where it differs from code page 1047 and 500.
  CHECK(character(0xBA) == '[');
  CHECK(character(0xBB) == ']');
  CHECK(character(0xB0) == '^');
  CHECK(character(0x4F) == '|');
  CHECK(character(0x5A) == '!');
  CHECK(cp037[0x4A] == 0xA2);  // ¢
  CHECK(cp037[0x5F] == 0xAC);  // ¬
  CHECK(cp037[0x15] == 0x85);  // NEL
  CHECK(cp037[0x25] == 0x0A);  // LF
  const std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const Bytes bytes = {0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xD1, 0xD2, 0xD3, 0xD4,
                       0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9,
                       0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x91, 0x92, 0x93, 0x94,
                       0x95, 0x96, 0x97, 0x98, 0x99, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9,
                       0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9};
  REQUIRE(letters.size() == bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) CHECK(character(bytes[i]) == letters[i]);
}

TEST_CASE("text loses its trailing spaces and is escaped as JSON wants it") {
  CHECK(decoded(text("F", 5), {0xC8, 0x85, 0x93, 0x93, 0x96}) == "\"Hello\"");
  CHECK(decoded(text("F", 5), {0xC1, 0x40, 0xC2, 0x40, 0x40}) == "\"A B\"");
  CHECK(decoded(text("F", 3), {0x40, 0x40, 0x40}) == "\"\"");
  CHECK(decoded(text("F", 3), {0x40, 0xC1, 0x40}) == "\" A\"");
  CHECK(decoded(text("F", 4), {0x7F, 0xE0, 0x25, 0x00}) == "\"\\\"\\\\\\n\\u0000\"");
  CHECK(decoded(text("F", 3), {0x51, 0xDC, 0x27}) == "\"\xC3\xA9\xC3\xBC\\u001b\"");
}

// AC:suite-known-vectors
TEST_CASE("a zoned decimal carries its sign over the last digit") {
  const Field amount = zoned("F", 5, 2);
  for (const auto decode : {&decoded, &decoded_within}) {
    CHECK(decode(amount, {0xF1, 0xF2, 0xF3, 0xF4, 0xC5}) == "123.45");   // 1234E
    CHECK(decode(amount, {0xF1, 0xF2, 0xF3, 0xF4, 0xD5}) == "-123.45");  // 1234N
    CHECK(decode(amount, {0xF1, 0xF2, 0xF3, 0xF4, 0xF5}) == "123.45");
    CHECK(decode(amount, {0xF0, 0xF0, 0xF0, 0xF0, 0xD5}) == "-0.05");
    CHECK(decode(amount, {0xF0, 0xF0, 0xF0, 0xF0, 0xC0}) == "0.00");
    CHECK(decode(amount, {0xF0, 0xF0, 0xF0, 0xF0, 0xD0}) == "0.00");
    CHECK(decode(zoned("F", 1), {0xD9}) == "-9");
    CHECK(decode(zoned("F", 3, 3), {0xF1, 0xF2, 0xC3}) == "0.123");
    CHECK(decode(zoned("F", 3), {0xF0, 0xF0, 0xC7}) == "7");
    CHECK(decode(zoned("F", 3), {0xF0, 0xF0, 0xC0}) == "0");
  }
}

// AC:suite-known-vectors
TEST_CASE("a packed decimal has two digits a byte and its sign in the last nibble") {
  for (const auto decode : {&decoded, &decoded_within}) {
    CHECK(decode(packed("F", 5, 2), {0x12, 0x34, 0x5C}) == "123.45");
    CHECK(decode(packed("F", 5, 2), {0x12, 0x34, 0x5D}) == "-123.45");
    CHECK(decode(packed("F", 4, 2), {0x00, 0x00, 0x5F}) == "0.05");
    CHECK(decode(packed("F", 4, 2), {0x00, 0x00, 0x0D}) == "0.00");
    CHECK(decode(packed("F", 1), {0x7D}) == "-7");
    CHECK(decode(packed("F", 15), {0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x5C}) ==
          "123456789012345");
    CHECK(decode(packed("F", 18, 9), {0x01, 0x23, 0x45, 0x67, 0x89, 0x01, 0x23, 0x45, 0x67,
                                      0x8D}) == "-123456789.012345678");
  }
}

TEST_CASE("the preferred and the alternate signs are known and no others") {
  for (unsigned sign = 0; sign < 16; ++sign) {
    CAPTURE(sign);
    const auto last_zoned = static_cast<std::uint8_t>(sign << 4 | 7);
    const auto last_packed = static_cast<std::uint8_t>(7 << 4 | sign);
    for (const auto decode : {&decoded, &decoded_within}) {
      const std::string in_zone = decode(zoned("F", 2), {0xF0, last_zoned});
      const std::string in_nibble = decode(packed("F", 3), {0x00, last_packed});
      if (sign == 0xB || sign == 0xD) {
        CHECK(in_zone == "-7");
        CHECK(in_nibble == "-7");
        const auto unsigned_zoned = decode(zoned("F", 2, 0, Signed::no), {0xF0, last_zoned});
        const auto unsigned_packed = decode(packed("F", 3, 0, Signed::no), {0x00, last_packed});
        CHECK(unsigned_zoned.find("minus sign in an unsigned field") != std::string::npos);
        CHECK(unsigned_packed.find("minus sign in an unsigned field") != std::string::npos);
      } else if (sign >= 0xA) {
        CHECK(in_zone == "7");
        CHECK(in_nibble == "7");
      } else {
        CHECK(in_zone.find(fmt::format("sign nibble {:X}", sign)) != std::string::npos);
        CHECK(in_nibble.find(fmt::format("sign nibble {:X}", sign)) != std::string::npos);
      }
    }
  }
}

// AC:suite-bad-nibbles-refused
TEST_CASE("every wrong nibble of a number is refused with record and field and byte") {
  Random random(1);
  for (const Kind kind : {Kind::zoned, Kind::packed}) {
    for (int digits = 1; digits <= max_digits; ++digits) {
      const Field number = kind == Kind::zoned ? zoned("N", digits) : packed("N", digits);
      const Layout layout = in_order({text("A", 8), number, text("Z", 3)});
      const Bytes good = make_records(layout, 3, random.next());
      const Decoder reader = decoder(layout);
      const std::size_t begin = layout.record_length + layout.fields[1].offset;
      for (std::size_t nibble = 0; nibble < 2 * number.length; ++nibble) {
        const bool upper = nibble % 2 == 0;
        const std::size_t at = begin + nibble / 2;
        const bool last = nibble / 2 + 1 == number.length;
        const bool is_sign = last && (kind == Kind::zoned) == upper;
        const bool is_zone = kind == Kind::zoned && upper && !last;
        const bool is_unused = kind == Kind::packed && nibble == 0 && digits % 2 == 0;
        for (unsigned wrong = 0; wrong < 16; ++wrong) {
          const bool right = is_sign     ? wrong >= 0xA
                             : is_zone   ? wrong == 0xF
                             : is_unused ? wrong == 0
                                         : wrong <= 9;
          Bytes bytes = good;
          bytes[at] = static_cast<std::uint8_t>(upper ? wrong << 4 | (good[at] & 0xF)
                                                      : (good[at] & 0xF0) | wrong);
          CAPTURE(digits);
          CAPTURE(nibble);
          CAPTURE(wrong);
          Output output;
          const auto count = reader.decode(bytes, output);
          CHECK(count.has_value() == right);
          if (count.has_value()) continue;
          CHECK(count.error().record == 1);
          CHECK(count.error().field == "N");
          CHECK(count.error().byte == at - layout.record_length);
          CHECK(std::ranges::count(output.text(), '\n') == 1);
        }
      }
    }
  }
}

TEST_CASE("a refusal says which byte and why") {
  CHECK(decoded(zoned("F", 3), {0xF1, 0xFA, 0xC1}) ==
        "record 0, field F, byte 1: digit nibble A (byte FA)");
  CHECK(decoded(zoned("F", 3), {0x40, 0xF1, 0xC1}) ==
        "record 0, field F, byte 0: zone 4 (byte 40)");
  CHECK(decoded(zoned("F", 3), {0xF1, 0xF1, 0x31}) ==
        "record 0, field F, byte 2: sign nibble 3 (byte 31)");
  CHECK(decoded(packed("F", 3), {0x1B, 0x1C}) ==
        "record 0, field F, byte 0: digit nibble B (byte 1B)");
  CHECK(decoded(packed("F", 2), {0x51, 0x1C}) ==
        "record 0, field F, byte 0: digit in the unused nibble: 5 (byte 51)");
  CHECK(decoded(packed("F", 1, 0, Signed::no), {0x1D}) ==
        "record 0, field F, byte 0: minus sign in an unsigned field: D (byte 1D)");
}

TEST_CASE("a short last record is refused where its data ends") {
  const Layout layout = in_order({text("A", 4), zoned("B", 6), packed("C", 5)});
  const Bytes bytes = make_records(layout, 2, 1);
  for (std::size_t size = layout.record_length + 1; size < bytes.size(); ++size) {
    Output output;
    const auto count = decoder(layout).decode(std::span(bytes).first(size), output);
    REQUIRE_FALSE(count);
    const std::size_t rest = size - layout.record_length;
    CHECK(describe(count.error()) ==
          fmt::format("record 1, field {}, byte {}: the data ends here, {} bytes short",
                      rest < 4    ? "A"
                      : rest < 10 ? "B"
                                  : "C",
                      rest, layout.record_length - rest));
    CHECK(std::ranges::count(output.text(), '\n') == 1);
  }
}

TEST_CASE("no data is no record") {
  Output output;
  CHECK(decoder(in_order({text("A", 4)})).decode({}, output) == 0);
  CHECK(output.text().empty());
}

// AC:suite-round-trip
TEST_CASE("what was encoded is decoded for every kind and sign and length and scale") {
  Random random(2);
  for (const Kind kind : {Kind::zoned, Kind::packed}) {
    for (int digits = 1; digits <= max_digits; ++digits) {
      for (int scale = 0; scale <= digits; ++scale) {
        const Field number =
            kind == Kind::zoned ? zoned("N", digits, scale) : packed("N", digits, scale);
        const Layout alone = in_order({number});
        const Layout within = in_order({text("A", random.below(12) + 1), number, text("Z", 5)});
        for (const Layout& layout : {alone, within}) {
          const Decoder reader = decoder(layout);
          for (std::uint8_t sign = 0xA; sign <= 0xF; ++sign) {
            std::vector<Value> values = make_values(layout, random);
            values[layout.fields.size() == 1 ? 0 : 1].sign = sign;
            Bytes record(layout.record_length);
            for (std::size_t i = 0; i < values.size(); ++i) {
              encode(layout.fields[i], values[i], record);
            }
            Output output;
            REQUIRE(reader.decode(record, output) == 1);
            CHECK(output.text() == plainly(layout, values));
          }
        }
      }
    }
  }
}

TEST_CASE("text of every length and every character comes back") {
  Random random(3);
  for (std::size_t length = 1; length <= 40; ++length) {
    const Layout layout = in_order({text("A", length), text("Z", 1 + random.below(12))});
    const Decoder reader = decoder(layout);
    for (int round = 0; round < 100; ++round) {
      std::vector<Value> values(2);
      const bool any = round % 2 == 0;
      for (std::uint64_t left = random.below(length + 1); left > 0; --left) {
        values[0].latin1 += static_cast<char>(any ? random.below(256) : 'a' + random.below(26));
      }
      Bytes record(layout.record_length);
      encode(layout.fields[0], values[0], record);
      encode(layout.fields[1], values[1], record);
      Output output;
      REQUIRE(reader.decode(record, output) == 1);
      CHECK(output.text() == plainly(layout, values));
    }
  }
}

TEST_CASE("every line is a JSON object with the fields in order") {
  for (const Workload& workload : workloads()) {
    const Bytes bytes = make_records(workload.layout, 500, suite_seed);
    Output output;
    REQUIRE(decoder(workload.layout).decode(bytes, output) == 500);
    std::string_view rest = output.text();
    std::size_t lines = 0;
    for (; !rest.empty(); ++lines) {
      const std::size_t end = rest.find('\n');
      REQUIRE(end != rest.npos);
      const auto object = nlohmann::ordered_json::parse(rest.substr(0, end), nullptr, false);
      REQUIRE(object.is_object());
      REQUIRE(object.size() == workload.layout.fields.size());
      std::size_t i = 0;
      for (const auto& [name, value] : object.items()) {
        const Field& field = workload.layout.fields[i++];
        CHECK(name == field.name);
        CHECK(value.is_string() == (field.kind == Kind::text));
        CHECK(value.is_number() == (field.kind != Kind::text));
      }
      rest.remove_prefix(end + 1);
    }
    CHECK(lines == 500);
  }
}

// AC:suite-checks-its-result
TEST_CASE("the suite expects what its values say and the decoder agrees") {
  for (const Workload& workload : workloads()) {
    for (const Expected& expected : workload.expected) {
      CAPTURE(workload.name);
      CAPTURE(expected.records);
      Random random(suite_seed);
      std::string text;
      for (std::size_t i = 0; i < expected.records; ++i) {
        text += plainly(workload.layout, make_values(workload.layout, random));
      }
      CHECK(text.size() == expected.size);
      CHECK(digest(text) == expected.digest);
      Output output;
      REQUIRE(decoder(workload.layout)
                  .decode(make_records(workload.layout, expected.records, suite_seed), output));
      CHECK(output.text() == text);
    }
  }
}

TEST_CASE("the suite's records are mostly what their workload is named after") {
  const auto share = [](const Layout& layout, Kind kind) {
    std::size_t bytes = 0;
    for (const Field& field : layout.fields) bytes += field.kind == kind ? field.length : 0;
    return static_cast<double>(bytes) / static_cast<double>(layout.record_length);
  };
  const std::vector<Workload> all = workloads();
  REQUIRE(all.size() == 2);
  CHECK(all[0].layout.record_length == 212);
  CHECK(share(all[0].layout, Kind::packed) == 0);
  CHECK(all[1].layout.record_length == 148);
  CHECK(share(all[1].layout, Kind::packed) > 0.9);
}

TEST_CASE("the digest is FNV-1a") {
  CHECK(digest("") == 0xCBF29CE484222325);
  CHECK(digest("a") == 0xAF63DC4C8601EC8C);
  CHECK(digest("foobar") == 0x85944171F73967E8);
}

TEST_CASE("a layout that no copybook could mean is refused by name") {
  const auto refused = [](Layout layout) {
    auto made = Decoder::of(layout);
    return made ? std::string() : made.error();
  };
  CHECK(refused({}) == "a layout without fields");
  CHECK(refused(in_order({text("a b", 3)})).find("field `a b`") == 0);
  CHECK(refused(in_order({text(std::string(31, 'A'), 3)})).find("1 to 30") != std::string::npos);
  CHECK(refused(in_order({text("A", 0)})) == "field A: a length of 0 bytes");
  CHECK(refused(in_order({zoned("A", 0)})) == "field A: a length of 0 bytes");
  CHECK(refused(in_order({packed("A", 19)})) == "field A: 19 digits of 1 to 18");
  CHECK(refused(in_order({packed("A", -1)})) == "field A: -1 digits of 1 to 18");
  CHECK(refused(in_order({packed("A", 3, 4)})) == "field A: scale 4 of 3 digits");
  CHECK(refused(in_order({packed("A", 3, -1)})) == "field A: scale -1 of 3 digits");
  Layout beyond = in_order({text("A", 4), text("B", 4)});
  beyond.fields[1].offset = 5;
  CHECK(refused(beyond) == "field B: bytes 5 to 9 of a record of 8");
  Layout wide = in_order({zoned("A", 4)});
  wide.fields[0].length = 3;
  CHECK(refused(wide) == "field A: a length of 3 bytes");
}
