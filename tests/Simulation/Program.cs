namespace Oddswire.Simulation;

public static class Program
{
    public static int Main() => 0;
}
