#include "layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mainframe {
namespace {

bool is_name(const std::string& name) {
  // Nothing that JSON would have to escape: the decoder copies names as they are.
  return !name.empty() && name.size() <= max_name && std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::size_t length_of(const Field& field) {
  const auto digits = static_cast<std::size_t>(std::max(field.digits, 0));
  switch (field.kind) {
    case Kind::zoned:
      return digits;
    case Kind::packed:
      return digits / 2 + 1;
    case Kind::text:
      break;
  }
  return field.length;
}

Field number(std::string name, Kind kind, int digits, int scale, Signed sign) {
  Field field{
      .name = std::move(name), .kind = kind, .digits = digits, .scale = scale, .sign = sign};
  field.length = length_of(field);
  return field;
}

}  // namespace

Field text(std::string name, std::size_t length) {
  return {.name = std::move(name), .kind = Kind::text, .length = length};
}

Field zoned(std::string name, int digits, int scale, Signed sign) {
  return number(std::move(name), Kind::zoned, digits, scale, sign);
}

Field packed(std::string name, int digits, int scale, Signed sign) {
  return number(std::move(name), Kind::packed, digits, scale, sign);
}

Layout in_order(std::vector<Field> fields) {
  Layout layout{.fields = std::move(fields)};
  for (Field& field : layout.fields) {
    field.offset = layout.record_length;
    layout.record_length += field.length;
  }
  return layout;
}

std::string flaw(const Layout& layout) {
  if (layout.fields.empty()) return "a layout without fields";
  for (const Field& field : layout.fields) {
    if (!is_name(field.name)) {
      return fmt::format("field `{}`: a name has 1 to {} of A-Z, 0-9 and -", field.name, max_name);
    }
    if (field.length == 0 || field.length != length_of(field)) {
      return fmt::format("field {}: a length of {} bytes", field.name, field.length);
    }
    if (field.length > layout.record_length || field.offset > layout.record_length - field.length) {
      return fmt::format("field {}: bytes {} to {} of a record of {}", field.name, field.offset,
                         field.offset + field.length, layout.record_length);
    }
    if (field.kind == Kind::text) continue;
    if (field.digits < 1 || field.digits > max_digits) {
      return fmt::format("field {}: {} digits of 1 to {}", field.name, field.digits, max_digits);
    }
    if (field.scale < 0 || field.scale > field.digits) {
      return fmt::format("field {}: scale {} of {} digits", field.name, field.scale, field.digits);
    }
  }
  return {};
}

}  // namespace mainframe
