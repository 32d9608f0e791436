/* The main job: real heights from a file that NumPy wrote are cropped, turned
 * and thinned out without copying an element, masked, written through a view,
 * and drawn.
 *
 *     demo [picture.pgm]       from the root of the repository
 *
 * Each line of the table is asked of the arrays: view or copy from
 * la_shares_memory, the base from la_base, the new bytes from la_memory_stats.
 */
#include "example.h"

#include <math.h>

static la_array *heights;
static int64_t bytes_before;

static int64_t live_bytes(void) {
    la_memory memory = {0};
    memory.size = sizeof memory;
    return la_memory_stats(&memory) == LA_OK ? memory.live_bytes : -1;
}

/* Prints one line about an array made since the last line. */
static la_status report(const char *what, const la_array *array) {
    int32_t shares = 0;
    int64_t bytes = live_bytes() - bytes_before;
    la_status status = la_shares_memory(array, heights, LA_WORK_DEFAULT, &shares);
    if (status != LA_OK) return status;
    const char *answer = array == heights ? "owner" : shares ? "view" : "copy";
    const char *base = !la_base(array) ? "none" : la_base(array) == heights ? "heights" : "another";
    printf("%-30s %-11s %-13s %-6s %-8s %9d\n", what, example_shape(array), example_strides(array),
           answer, base, (int)bytes);
    bytes_before = live_bytes();
    return LA_OK;
}

/* A height by its address: the first one, plus each index times its stride. */
static double height(const la_array *map, int64_t i, int64_t j) {
    const int64_t *stride = la_strides(map);
    const char *address = (const char *)la_data(map) + i * stride[0] + j * stride[1];
    return *(const int16_t *)(const void *)address;
}

/* How bright the ground is with the sun in the upper left corner, 45 degrees
 * above the horizon. Heights of 0 are marks, drawn white. */
static unsigned char shade(const la_array *map, int64_t i, int64_t j) {
    /* Three seconds of arc, at 36.6 degrees north. */
    const double metres_down = 92.7, metres_right = 74.4;
    const int64_t up = i > 0 ? i - 1 : i, down = i + 1 < la_shape(map)[0] ? i + 1 : i;
    const int64_t left = j > 0 ? j - 1 : j, right = j + 1 < la_shape(map)[1] ? j + 1 : j;
    const double here = height(map, i, j);
    const double above = height(map, up, j), below = height(map, down, j);
    const double before = height(map, i, left), behind = height(map, i, right);
    double slope_down = (below - above) / (2 * metres_down);
    double slope_right = (behind - before) / (2 * metres_right);
    if (here == 0) return 255;
    if (above == 0 || below == 0) slope_down = 0;
    if (before == 0 || behind == 0) slope_right = 0;
    /* The normal is (-slope_right, -slope_down, 1), the sun at (-1, -1, sqrt 2) / 2. */
    double length = sqrt(1 + slope_right * slope_right + slope_down * slope_down);
    double light = (slope_right + slope_down + sqrt(2)) / 2 / length;
    light = light < 0 ? 0 : light;
    return (unsigned char)(250 * (0.85 * light + 0.15 * here / 1100));
}

static int draw(const la_array *map, const char *path) {
    FILE *picture = fopen(path, "wb");
    if (!picture) {
        perror(path);
        return 0;
    }
    fprintf(picture, "P5\n%d %d\n255\n", (int)la_shape(map)[1], (int)la_shape(map)[0]);
    for (int64_t i = 0; i < la_shape(map)[0]; i++)
        for (int64_t j = 0; j < la_shape(map)[1]; j++) fputc(shade(map, i, j), picture);
    return fclose(picture) == 0;
}

int main(int argc, char **argv) {
    exhaust_init();
    const char *path = argc > 1 ? argv[1] : "build/demo/heights.pgm";
    la_npz *archive = NULL;
    la_array *crop = NULL, *flipped = NULL, *turned = NULL, *coarse = NULL, *line = NULL;
    la_array *high = NULL, *summits = NULL, *zero = NULL, *seen_from_north = NULL;
    int64_t above = 0, zeros = 0, in_line[1] = {0}, in_heights[2] = {0, 0};
    int32_t found = 0;
    char text[256];

    bytes_before = live_bytes();
    puts("examples/data/jacksboro_fault_dem.npz: heights in metres, Tennessee\n");
    TRY(la_npz_open("examples/data/jacksboro_fault_dem.npz", &archive));
    TRY(la_npz_load(archive, "elevation", &heights));
    la_npz_close(archive);
    archive = NULL;

    printf("%-30s %-11s %-13s %-6s %-8s %9s\n", "", "shape", "strides", "", "base", "new bytes");
    TRY(report("heights", heights));
    TRY(la_slice(heights, LA_INDEX(LA_RANGE(40, 296), LA_RANGE(60, 380)), &crop));
    TRY(report("crop = heights[40:296, 60:380]", crop));
    TRY(la_flip(crop, 1, (const int32_t[]){0}, &flipped));
    TRY(report("flipped = crop[::-1]", flipped));
    TRY(la_transpose(flipped, &turned));
    TRY(report("turned = flipped.T", turned));
    TRY(la_slice_str(turned, "::4, ::4", &coarse));
    TRY(report("coarse = turned[::4, ::4]", coarse));
    TRY(la_slice(coarse, LA_INDEX(LA_AT(40)), &line));
    TRY(report("line = coarse[40]", line));
    TRY(la_compare_i64(heights, 900, LA_GT, &high));
    TRY(report("high = heights > 900", high));
    TRY(la_get(heights, LA_INDEX(LA_MASK(high)), &summits));
    TRY(report("summits = heights[high]", summits));
    TRY(la_slice(heights, LA_INDEX(LA_STEP(-1), LA_STEP(-1)), &seen_from_north));
    TRY(report("north = heights[::-1, ::-1]", seen_from_north));

    TRY(la_count_nonzero(high, &above));
    printf("\n%d of %d places lie above 900 m\n", (int)above, (int)la_size(heights));
    TRY(la_describe(coarse, text, sizeof text, NULL));
    printf("coarse is %s\n", text);

    puts("\nwrite 0 through line, a view of a view of a view of a view of a view");
    TRY(la_fill_i64(line, 0));
    TRY(la_compare_i64(heights, 0, LA_EQ, &zero));
    TRY(la_count_nonzero(zero, &zeros));
    printf("line has %d elements, and heights has %d zeros now\n", (int)la_size(line), (int)zeros);
    TRY(la_find_overlap(line, heights, LA_WORK_DEFAULT, in_line, in_heights, &found));
    if (found)
        printf("element %s of line is element %s of heights: %g\n", example_tuple(1, in_line),
               example_tuple(2, in_heights), height(heights, in_heights[0], in_heights[1]));

    if (!draw(seen_from_north, path)) example_failure = LA_IO_ERROR;
    else printf("\nthe map as seen from the north, drawn from strides %s: %s\n",
                example_strides(seen_from_north), path);
done:
    la_npz_close(archive);
    la_release(zero);
    la_release(seen_from_north);
    la_release(summits);
    la_release(high);
    la_release(line);
    la_release(coarse);
    la_release(turned);
    la_release(flipped);
    la_release(crop);
    la_release(heights);
    return example_end();
}
