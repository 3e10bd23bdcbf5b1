#include "stats/changepoint_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/summary.hpp"

namespace perfgate::stats {
namespace {

/// Sums of squares of values up to here keep their digits.
constexpr double farthest = 1e5;

/// The best cost so far, as a function of the level m of the segment that is still open, is made of
/// such pieces: (square * m + linear) * m + constant, from the end of the piece before to `end`.
struct Piece {
  double end;
  double square, linear, constant;
  std::size_t start;  ///< where the open segment begins

  double at(double m) const { return (square * m + linear) * m + constant; }
  double lowest(double begin) const {
    return at(square > 0 ? std::clamp(-linear / (2 * square), begin, end) : end);
  }
  bool same_as(const Piece& other) const {
    return start == other.start && square == other.square && linear == other.linear &&
           constant == other.constant;
  }
};

class OpenSegment {
 public:
  OpenSegment(double low, double high, double limit, double penalty)
      : low_(low), limit_(limit), penalty_(penalty) {
    pieces_.push_back({.end = high, .square = 0, .linear = 0, .constant = 0, .start = 0});
  }

  struct Best {
    double cost = std::numeric_limits<double>::infinity();
    std::size_t start = 0;  ///< of the last segment
  };

  /// Takes in value number `index`; the least cost of all values so far.
  Best add(double value, std::size_t index) {
    best_ = {};
    add_loss(value);
    offer_change(index + 1);
    return best_;
  }

 private:
  /// Adds min((value - m)^2, limit^2), which bends at `from` and `to`.
  void add_loss(double value) {
    const double from = value - limit_, to = value + limit_;
    next_.clear();
    double begin = low_;
    const auto put = [&](Piece piece, double end) {
      piece.end = end;
      if (begin >= from && end <= to) {
        piece.square += 1;
        piece.linear -= 2 * value;
        piece.constant += value * value;
      } else {
        piece.constant += limit_ * limit_;
      }
      const double cost = piece.lowest(begin);
      if (cost < best_.cost || (cost == best_.cost && piece.start < best_.start))
        best_ = {.cost = cost, .start = piece.start};
      next_.push_back(piece);
      begin = end;
    };
    for (const Piece& piece : pieces_) {
      if (from > begin && from < piece.end) put(piece, from);
      if (to > begin && to < piece.end) put(piece, to);
      put(piece, piece.end);
    }
  }

  /// Where a segment that begins at `start` costs less than those that are open, it takes over.
  void offer_change(std::size_t start) {
    const double offer = best_.cost + penalty_;
    const Piece fresh{.end = 0, .square = 0, .linear = 0, .constant = offer, .start = start};
    pieces_.clear();
    double begin = low_;
    const auto put = [&](const Piece& piece, double end) {
      if (end <= begin) return;
      if (pieces_.empty() || !pieces_.back().same_as(piece)) pieces_.push_back(piece);
      pieces_.back().end = begin = end;
    };
    for (const Piece& piece : next_) {
      const double end = piece.end;
      if (piece.at(begin) <= offer && piece.at(end) <= offer) {  // convex: all of it stays
        put(piece, end);
        continue;
      }
      const double lowest = piece.lowest(begin);
      if (piece.square == 0 || lowest >= offer) {
        put(fresh, end);
        continue;
      }
      const double centre = -piece.linear / (2 * piece.square);
      const double radius = std::sqrt(std::max(0.0, offer - piece.at(centre)) / piece.square);
      put(fresh, std::clamp(centre - radius, begin, end));
      put(piece, std::clamp(centre + radius, begin, end));
      put(fresh, end);
    }
  }

  double low_, limit_, penalty_;
  std::vector<Piece> pieces_, next_;
  Best best_;
};

}  // namespace

LevelFit fit_levels(std::span<const double> series, double limit, double penalty) {
  if (series.size() < 2) return {};
  const double centre = median({series.begin(), series.end()});
  std::vector<double> values;
  values.reserve(series.size());
  for (const double value : series)
    values.push_back(std::clamp(value - centre, -farthest, farthest));
  const auto [low, high] = std::ranges::minmax(values);
  if (low == high) return {};

  OpenSegment open(low, high, limit, penalty);
  std::vector<std::size_t> starts;
  LevelFit fit;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto best = open.add(values[i], i);
    starts.push_back(best.start);
    fit.cost = best.cost;
  }
  for (std::size_t start = starts.back(); start > 0; start = starts[start - 1])
    fit.changes.push_back(start);
  std::ranges::reverse(fit.changes);
  return fit;
}

}  // namespace perfgate::stats
