#include "stats/changepoint_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/summary.hpp"

namespace perfgate::stats {
namespace {

/// Sums of squares of values up to here keep their digits.
constexpr double farthest = 1e5;

/// Values one after the other, in room that was made beforehand.
template <class T>
class Row {
 public:
  void empty_with_room(std::size_t size) {
    if (room_.size() < size) room_.resize(2 * size);
    size_ = 0;
  }
  void add(const T& value) { next() = value; }
  T& next() { return room_[size_++]; }
  std::size_t size() const { return size_; }
  T& back() { return room_[size_ - 1]; }
  const T& operator[](std::size_t i) const { return room_[i]; }

 private:
  std::vector<T> room_;
  std::size_t size_ = 0;
};

/// The best cost so far, as a function of the level m of the segment that is still open, is made of
/// such pieces: (square * m + linear) * m + constant, from the end of the piece before to `end`.
struct Piece {
  double end;
  double square, linear, constant;
  std::size_t start;  ///< where the open segment begins
  double at_end;      ///< the cost at `end`
  double least;       ///< the least cost within

  double at(double m) const { return (square * m + linear) * m + constant; }
  double slope(double m) const { return 2 * square * m + linear; }
  double bottom() const { return -linear / (2 * square); }
  bool same_as(const Piece& other) const {
    return start == other.start && square == other.square && linear == other.linear &&
           constant == other.constant;
  }
};

class OpenSegment {
 public:
  OpenSegment(double low, double high, double limit, double penalty)
      : low_(low), limit_(limit), penalty_(penalty) {
    pieces_.empty_with_room(1);
    pieces_.add({.end = high,
                 .square = 0,
                 .linear = 0,
                 .constant = 0,
                 .start = 0,
                 .at_end = 0,
                 .least = 0});
  }

  struct Best {
    double cost = std::numeric_limits<double>::infinity();
    std::size_t start = 0;  ///< of the last segment
  };

  /// Takes in value number `index`; the least cost of all values so far.
  Best add(double value, std::size_t index) {
    add_loss(value);
    offer_change(index + 1);
    return best_;
  }

 private:
  /// Adds min((value - m)^2, limit^2), which bends at `from` and `to`.
  void add_loss(double value) {
    const double from = value - limit_, to = value + limit_;
    added_.empty_with_room(pieces_.size() + 2);
    best_ = {};
    begin_ = low_;
    std::size_t i = 0;
    const auto until = [&](double bend, double square, double linear, double constant) {
      for (; i < pieces_.size() && pieces_[i].end <= bend; ++i)
        put_sum(pieces_[i], pieces_[i].end, square, linear, constant);
      if (i < pieces_.size() && bend > begin_) put_sum(pieces_[i], bend, square, linear, constant);
    };
    until(from, 0, 0, limit_ * limit_);
    until(to, 1, -2 * value, value * value);
    until(std::numeric_limits<double>::infinity(), 0, 0, limit_ * limit_);
  }

  void put_sum(const Piece& piece, double end, double square, double linear, double constant) {
    if (end <= begin_) return;
    Piece& sum = added_.next();
    sum.end = end;
    sum.square = piece.square + square;
    sum.linear = piece.linear + linear;
    sum.constant = piece.constant + constant;
    sum.start = piece.start;
    sum.at_end = sum.at(end);
    if (sum.slope(begin_) >= 0)
      sum.least = sum.at(begin_);
    else if (sum.slope(end) <= 0)
      sum.least = sum.at_end;
    else
      sum.least = sum.at(sum.bottom());
    if (sum.least < best_.cost || (sum.least == best_.cost && sum.start < best_.start))
      best_ = {.cost = sum.least, .start = sum.start};
    begin_ = end;
  }

  /// Where a segment that begins at `start` costs less than those that are open, it takes over.
  void offer_change(std::size_t start) {
    const double offer = best_.cost + penalty_;
    const Piece fresh{.end = 0,
                      .square = 0,
                      .linear = 0,
                      .constant = offer,
                      .start = start,
                      .at_end = offer,
                      .least = offer};
    pieces_.empty_with_room(3 * added_.size());
    begin_ = low_;
    double at_begin = added_[0].at(low_);
    for (std::size_t i = 0; i < added_.size(); ++i) {
      const Piece& piece = added_[i];
      const double end = piece.end;
      if (at_begin <= offer && piece.at_end <= offer) {  // convex: all of it stays
        put(piece, end);
      } else if (piece.least >= offer || piece.square == 0) {
        put(fresh, end);
      } else {
        const double bottom = piece.bottom();
        const double radius = std::sqrt(std::max(0.0, offer - piece.at(bottom)) / piece.square);
        put(fresh, std::min(bottom - radius, end));
        put(piece, std::min(bottom + radius, end));
        put(fresh, end);
      }
      at_begin = piece.at_end;
    }
  }

  void put(const Piece& piece, double end) {
    if (end <= begin_) return;
    if (pieces_.size() == 0 || !pieces_.back().same_as(piece)) pieces_.add(piece);
    pieces_.back().end = begin_ = end;
  }

  double low_, limit_, penalty_;
  Row<Piece> pieces_, added_;  // of the step before, and with the loss of this one
  double begin_ = 0;           // of the piece to come
  Best best_;
};

/// Near enough to the middle of the values to keep their digits.
double rough_middle(std::span<const double> values) {
  const std::size_t step = values.size() / 100 + 1;
  std::vector<double> some;
  for (std::size_t i = 0; i < values.size(); i += step) some.push_back(values[i]);
  return median(std::move(some));
}

}  // namespace

LevelFit fit_levels(std::span<const double> series, double limit, double penalty) {
  if (series.size() < 2) return {};
  const double centre = rough_middle(series);
  std::vector<double> values;
  values.reserve(series.size());
  for (const double value : series)
    values.push_back(std::clamp(value - centre, -farthest, farthest));
  const auto [low, high] = std::ranges::minmax(values);
  if (low == high) return {};

  OpenSegment open(low, high, limit, penalty);
  std::vector<std::size_t> starts;
  starts.reserve(values.size());
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
