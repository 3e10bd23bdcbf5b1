#include "report/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "base/text.hpp"

namespace perfgate::report {
namespace {

std::string padded(const std::string& cell, std::size_t width, bool right) {
  const std::size_t have = display_width(cell);
  const std::string space(width > have ? width - have : 0, ' ');
  return right ? space + cell : cell + space;
}

/// Cuts the middle out of a name that is too wide: its beginning and its parameters tell the most.
std::string shortened(const std::string& name, std::size_t width) {
  if (display_width(name) <= width) return name;
  std::vector<std::string> characters;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t length = code_point_at(name, at).length;
    characters.push_back(name.substr(at, length));
    at += length;
  }
  std::string head, tail;
  std::size_t used = 1, begin = 0, end = characters.size();  // 1: the ellipsis
  const auto fits = [&](std::size_t i) { return used + display_width(characters[i]) <= width; };
  while (begin < end && fits(begin) && display_width(head) + 1 < width / 2) {
    used += display_width(characters[begin]);
    head += characters[begin++];
  }
  while (end > begin && fits(end - 1)) {
    used += display_width(characters[--end]);
    tail.insert(0, characters[end]);
  }
  return head + "…" + tail;
}

constexpr std::size_t gap = 2;

/// Takes what is too much from the columns of the highest rank, then from those of the next.
void narrow(std::vector<std::size_t>& widths, const std::vector<int>& shrink, std::size_t excess) {
  constexpr std::size_t narrowest = 16;
  for (int rank = *std::ranges::max_element(shrink); rank > 0 && excess > 0; --rank) {
    for (std::size_t c = 0; c < widths.size() && excess > 0; ++c) {
      if (shrink[c] != rank || widths[c] <= narrowest) continue;
      const std::size_t taken = std::min(widths[c] - narrowest, excess);
      widths[c] -= taken;
      excess -= taken;
    }
  }
}

/// Which columns stand side by side: all, or as many as there is room for beside the keys.
std::vector<std::vector<std::size_t>> blocks_of(const std::vector<std::size_t>& widths,
                                                std::size_t keys, std::size_t allowed) {
  std::vector<std::vector<std::size_t>> blocks(1);
  std::size_t used = 0, key_width = 0;
  for (std::size_t c = 0; c < widths.size(); ++c) {
    if (c < keys) key_width += widths[c] + gap;
    if (keys > 0 && c > keys && used + widths[c] > allowed && blocks.back().size() > keys) {
      blocks.emplace_back(keys);
      std::iota(blocks.back().begin(), blocks.back().end(), std::size_t{0});
      used = key_width;
    }
    blocks.back().push_back(c);
    used += widths[c] + gap;
  }
  return blocks;
}

}  // namespace

std::string draw(const TextTable& table, const Style& style, std::string_view indent) {
  std::vector<std::size_t> widths;
  for (const std::string& title : table.header) widths.push_back(display_width(title));
  for (const auto& row : table.rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i]));
  std::vector<int> shrink = table.shrink;
  if (shrink.empty()) {  // names are the second column
    shrink.resize(widths.size(), 0);
    if (shrink.size() > 1) shrink[1] = 1;
  }
  constexpr int narrowest_style = 60;
  const auto allowed =
      static_cast<std::size_t>(std::max(style.width, narrowest_style)) - indent.size();
  const std::size_t total =
      std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + gap * widths.size();
  if (total > allowed) narrow(widths, shrink, total - allowed);

  std::map<std::pair<std::size_t, std::size_t>, std::string_view> colors(table.colors.begin(),
                                                                         table.colors.end());
  std::string text;
  bool first_block = true;
  for (const std::vector<std::size_t>& columns : blocks_of(widths, table.keys, allowed)) {
    if (!first_block) text += "\n";
    first_block = false;
    const auto line = [&](const std::vector<std::string>& cells, std::size_t row) {
      std::string out(indent);
      for (const std::size_t c : columns) {
        if (c != columns.front()) out += std::string(gap, ' ');
        std::string cell = padded(shrink[c] > 0 ? shortened(cells[c], widths[c]) : cells[c],
                                  widths[c], table.right[c]);
        const auto color = colors.find({row, c});
        if (color != colors.end()) cell = fmt::format("{}{}\x1b[0m", color->second, cell);
        out += cell;
      }
      while (out.ends_with(' ')) out.pop_back();
      text += out + "\n";
    };
    line(table.header, table.rows.size());
    auto group = table.groups.begin();
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      for (; group != table.groups.end() && group->first == r; ++group)
        text += fmt::format("{}{}\n", indent, group->second);
      line(table.rows[r], r);
    }
  }
  return text;
}

std::string wrapped(std::string_view text, int width, std::string_view indent) {
  const auto allowed = static_cast<std::size_t>(std::max(width, 40)) - indent.size();
  std::string result, line;
  std::size_t used = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    const std::size_t needed = display_width(word);
    if (used > 0 && used + 1 + needed > allowed) {
      result += fmt::format("{}{}\n", indent, line);
      line.clear();
      used = 0;
    }
    if (used > 0) {
      line += ' ';
      ++used;
    }
    line += word;
    used += needed;
    at = end + 1;
  }
  return result + fmt::format("{}{}\n", indent, line);
}

}  // namespace perfgate::report
