#include "metrics/plain_boxes.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace wsol::plain {

namespace {

using Grid = std::vector<std::vector<int>>;
using Region = std::vector<std::pair<int, int>>;

Grid make_grid(int width, int height, int value) {
  return Grid(static_cast<size_t>(height), std::vector<int>(static_cast<size_t>(width), value));
}

/// The pixels reached from (x, y) through pixels of the same value, which become `mark`.
Region flood(Grid& grid, int x, int y, int mark, bool diagonals) {
  const int height = static_cast<int>(grid.size()), width = static_cast<int>(grid[0].size());
  const int value = grid[y][x];
  Region region = {{x, y}};
  grid[y][x] = mark;
  for (size_t next = 0; next < region.size(); ++next) {
    const auto [px, py] = region[next];
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) {
        if (!diagonals && dx != 0 && dy != 0) continue;
        const int nx = px + dx, ny = py + dy;
        if (nx < 0 || ny < 0 || nx >= width || ny >= height || grid[ny][nx] != value) continue;
        grid[ny][nx] = mark;
        region.emplace_back(nx, ny);
      }
    }
  }
  return region;
}

Box bounds(const Region& region) {
  Box box = {region[0].first, region[0].second, region[0].first, region[0].second};
  for (const auto& [x, y] : region) {
    box = {std::min(box.x0, x), std::min(box.y0, y), std::max(box.x1, x), std::max(box.y1, y)};
  }
  return box;
}

/// Twice the contour area: 2x2 windows with four set pixels count 2, with three 1, after the holes are filled.
int doubled_area(const Region& region) {
  const Box box = bounds(region);
  const int width = box.x1 - box.x0 + 1, height = box.y1 - box.y0 + 1;
  // With a frame, everything outside is one region; what it does not reach is the component with its holes.
  Grid grid = make_grid(width + 2, height + 2, 0);
  for (const auto& [x, y] : region) grid[y - box.y0 + 1][x - box.x0 + 1] = 1;
  flood(grid, 0, 0, 2, false);
  int area = 0;
  for (int y = 0; y <= height; ++y) {
    for (int x = 0; x <= width; ++x) {
      const int set = (grid[y][x] != 2) + (grid[y][x + 1] != 2) + (grid[y + 1][x] != 2) + (grid[y + 1][x + 1] != 2);
      area += set == 4 ? 2 : set == 3 ? 1 : 0;
    }
  }
  return area;
}

}  // namespace

MaskBoxes boxes_of_mask(const std::vector<uint8_t>& levels, int width, int height, int threshold_level) {
  Grid grid = make_grid(width, height, 0);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) grid[y][x] = levels[static_cast<size_t>(y * width + x)] > threshold_level ? 1 : 0;
  }
  MaskBoxes found = {{0, 0, 0, 0}, {}};
  int largest_area = -1;
  // In raster order, so that the last of equals wins.
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (grid[y][x] != 1) continue;
      const Region region = flood(grid, x, y, 2, true);
      const Box pixels = bounds(region);
      const Box box = {pixels.x0, pixels.y0, std::min(pixels.x1 + 1, width - 1), std::min(pixels.y1 + 1, height - 1)};
      found.all.push_back(box);
      const int area = doubled_area(region);
      if (area < largest_area) continue;
      largest_area = area;
      found.largest = box;
    }
  }
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (grid[y][x] != 0) continue;
      const Box hole = bounds(flood(grid, x, y, 3, false));
      if (hole.x0 == 0 || hole.y0 == 0 || hole.x1 == width - 1 || hole.y1 == height - 1) continue;
      found.all.push_back(
          {hole.x0 - 1, hole.y0 - 1, std::min(hole.x1 + 2, width - 1), std::min(hole.y1 + 2, height - 1)});
    }
  }
  if (found.all.empty()) found.all.push_back({0, 0, 0, 0});
  std::sort(found.all.begin(), found.all.end(), [](const Box& a, const Box& b) {
    return std::tie(a.x0, a.y0, a.x1, a.y1) < std::tie(b.x0, b.y0, b.x1, b.y1);
  });
  return found;
}

}  // namespace wsol::plain
