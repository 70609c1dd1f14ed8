export function Stage() {
  return <p>The stage.</p>;
}
