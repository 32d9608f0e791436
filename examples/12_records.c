/* Records: elements with named fields. An array of a C struct is one without a
 * copy, and each of its fields is an array of its own in the same memory. */
#include "example.h"

typedef struct star {
    float magnitude;
    double parsecs;
    int16_t hip; /* its number in the catalogue */
} star;

int main(void) {
    exhaust_init();
    star stars[] = {{0.03f, 7.68, 91}, {-1.46f, 2.64, 32}, {0.76f, 5.13, 97}};
    const char *const names[] = {"magnitude", "parsecs", "hip"};
    const la_dtype types[] = {LA_FLOAT32, LA_FLOAT64, LA_INT16};
    const int64_t shape[] = {3};
    la_dtype star_type = 0, short_type = 0;
    la_array *sky = NULL, *parsecs = NULL, *near = NULL, *picked = NULL, *brief = NULL;
    char text[256];

    /* As the compiler lays the struct out; without LA_C_LAYOUT, packed. */
    TRY(la_dtype_record(3, names, types, NULL, LA_C_LAYOUT, &star_type));
    printf("%d bytes: %s\n", (int)la_dtype_size(star_type), sizeof(star) == 24 ? "the struct's" : "others");
    TRY(la_wrap(stars, sizeof stars, 0, star_type, 1, shape, NULL, 0, NULL, NULL, &sky));
    TRY(example_show("sky", sky));

    /* sky["parsecs"] is a view: what is written there is in the struct. */
    TRY(la_field(sky, "parsecs", &parsecs));
    TRY(example_show("parsecs", parsecs));
    TRY(la_set_item(parsecs, 1, (const int64_t[]){0}, LA_FLOAT64, &(const double){7.7}));
    printf("stars[0].parsecs   %g\n", stars[0].parsecs);

    /* sky[sky["parsecs"] < 6] */
    TRY(la_compare_f64(parsecs, 6, LA_LT, &near));
    TRY(la_get(sky, LA_INDEX(LA_MASK(near)), &picked));
    TRY(example_show("the near ones", picked));

    /* Another record with as many fields: converted one by one. A type can be
     * given as NumPy writes it. */
    TRY(la_dtype_parse("[('mag', '<f2'), ('ly', '>f4'), ('hip', '<i4')]", &short_type));
    TRY(la_astype(picked, short_type, LA_ORDER_K, LA_CAST_SAME_KIND, LA_COPY_ALWAYS, &brief));
    TRY(example_show("converted", brief));
    TRY(la_dtype_format(la_dtype_of(brief), text, sizeof text, NULL));
    printf("of type            %s\n", text);
done:
    la_release(brief);
    la_release(picked);
    la_release(near);
    la_release(parsecs);
    la_release(sky);
    return example_end();
}
