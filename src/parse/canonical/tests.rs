use super::*;
#[test]
fn first() {
    let t = |sql| Text { sql, catalog: &Nothing };
    assert!(same_expression(
        t("status IN ('a','b')"),
        t("((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))"),
        Home::default()
    ));
}
