#pragma once
// How a page looks: sizes in points (1/72 inch), colours that stay apart in grey.

#include "model/document.hpp"

namespace perfgate::print {

struct Colour {
  double red = 0, green = 0, blue = 0;  ///< 0 .. 1
  auto operator<=>(const Colour&) const = default;
};

/// 0x1A2B3C, as they are written everywhere.
constexpr Colour colour(unsigned rgb) {
  return {(rgb >> 16 & 0xFF) / 255.0, (rgb >> 8 & 0xFF) / 255.0, (rgb & 0xFF) / 255.0};
}

/// `share` of the second, the rest of the first.
constexpr Colour mix(Colour a, Colour b, double share) {
  return {a.red + (b.red - a.red) * share, a.green + (b.green - a.green) * share,
          a.blue + (b.blue - a.blue) * share};
}

constexpr Colour white = colour(0xFFFFFF);
constexpr Colour ink = colour(0x1C1E21);
constexpr Colour grey = colour(0x5C6370);
constexpr Colour rule = colour(0xC9CED6);
constexpr Colour faint = colour(0xE6E9ED);
constexpr Colour shade = colour(0xF4F5F7);
constexpr Colour link_blue = colour(0x0B57A4);
/// Of a heat map: what is bad goes to the warm one, what is good to the cool one.
constexpr Colour warm = colour(0xD9541E);
constexpr Colour cool = colour(0x2F7FBF);

/// Of text and lines.
constexpr Colour colour_of(doc::Tone tone) {
  switch (tone) {
    case doc::Tone::good:
      return colour(0x17703F);
    case doc::Tone::caution:
      return colour(0x8A5200);
    case doc::Tone::bad:
      return colour(0xB0201A);
    case doc::Tone::neutral:
      break;
  }
  return ink;
}

/// Of what stands behind text.
constexpr Colour tint_of(doc::Tone tone) {
  switch (tone) {
    case doc::Tone::good:
      return colour(0xE8F4EC);
    case doc::Tone::caution:
      return colour(0xFCF2DD);
    case doc::Tone::bad:
      return colour(0xFBE9E6);
    case doc::Tone::neutral:
      break;
  }
  return shade;
}

/// Lines of a chart, in turn; each also has a dash and a point of its own.
constexpr Colour line_colours[] = {colour(0x1F5FA8), colour(0xB4530A), colour(0x2A7A50),
                                   colour(0x7A3E9D), colour(0x50565F), colour(0xA3265B)};

constexpr double body_size = 9.5;
constexpr double small_size = 8;
constexpr double code_scale = 0.88;  ///< beside other text; it looks larger than it is
constexpr double leading = 1.38;     ///< a line's height over its size

struct Style {
  double size = body_size;
  bool strong = false;
  bool code = false;
  Colour colour = ink;
};

}  // namespace perfgate::print
